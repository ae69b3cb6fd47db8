using Exporter.Healing;
using Exporter.Healing.Triggers;

namespace Exporter.Tests.Healing.Triggers;

public sealed class EscalationSenderTests : IDisposable
{
    private static readonly EscalationNotice _notice = new(
        EscalationCause.Exhausted, "bot; rm -rf /", "restore_config", "config_integrity", "three attempts failed: $(reboot)", DateTimeOffset.UnixEpoch);

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_command_is_told_by_its_environment()
    {
        var seen = _directory["seen"];

        await Sender("sh", "-c", $"printf '%s|' \"$HEALING_BOT\" \"$HEALING_ACTION\" \"$HEALING_CHECK\" \"$HEALING_CAUSE\" \"$HEALING_REASON\" \"$HEALING_URL\" > {seen}")
            .SendAsync(_notice, default);

        Assert.Equal(
            "bot; rm -rf /|restore_config|config_integrity|exhausted|three attempts failed: $(reboot)|http://127.0.0.1:10042/|", File.ReadAllText(seen));
    }

    [Fact]
    public async Task What_did_not_get_through_is_said_so_that_it_is_tried_again()
    {
        var failure = await Assert.ThrowsAsync<TryAgainException>(() => Sender("false").SendAsync(_notice, default));

        Assert.Contains("exit code 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_configured_tells_nobody() =>
        Assert.Null(EscalationSender.Create(null, new TriggerFactory(TimeProvider.System, Environment.GetEnvironmentVariable), null));

    public void Dispose() => _directory.Dispose();

    private static EscalationSender Sender(params string[] argv) => EscalationSender.Create(
        new TriggerOptions { Command = new CommandTriggerOptions { Argv = [.. argv] } },
        new TriggerFactory(TimeProvider.System, Environment.GetEnvironmentVariable),
        new Uri("http://127.0.0.1:10042/"))!;
}
