using Exporter.Checks;
using Exporter.Healing;

namespace Exporter.Tests.Healing.Actions;

public sealed class RetryNetworkTests : IDisposable
{
    private readonly HealedBot _bot = new();

    [Fact]
    public async Task It_goes_on_until_every_endpoint_is_reachable()
    {
        _bot.Health.Verifications.Enqueue(Down);
        _bot.Health.Verifications.Enqueue(Down);
        _bot.Health.Verifications.Enqueue(CheckResult.Ok("All endpoints answer."));

        var result = Assert.IsType<ActionResult.Done>(await RunWithTime());

        Assert.Contains("try 3 of 4", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_gives_up_after_the_configured_tries_with_the_last_reason()
    {
        for (var i = 0; i < 5; i++)
            _bot.Health.Verifications.Enqueue(Down);

        var result = Assert.IsType<ActionResult.Failed>(await RunWithTime());

        Assert.Contains("No name resolves.", result.Reason, StringComparison.Ordinal);
        Assert.Single(_bot.Health.Verifications);
    }

    [Fact]
    public async Task Its_pauses_grow()
    {
        for (var i = 0; i < 4; i++)
            _bot.Health.Verifications.Enqueue(Down);

        await RunWithTime();

        Assert.Collection(
            _bot.Time.Waits,
            wait => Assert.InRange(wait.TotalSeconds, 2, 2.5),
            wait => Assert.InRange(wait.TotalSeconds, 4, 5),
            wait => Assert.InRange(wait.TotalSeconds, 8, 10));
    }

    public void Dispose() => _bot.Dispose();

    private static CheckResult Down => CheckResult.Critical("dns", "No name resolves.");

    private async Task<ActionResult> RunWithTime()
    {
        var running = _bot.Run("retry_network");
        await Eventually.Holds(() =>
        {
            if (!running.IsCompleted)
                _bot.Time.Advance(TimeSpan.FromMilliseconds(100));
            return running.IsCompleted;
        });
        return await running;
    }
}
