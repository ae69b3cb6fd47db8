using System.ComponentModel.DataAnnotations;
using Exporter.Healing;
using Exporter.Healing.Actions;
using Exporter.Healing.Triggers;

namespace Exporter.Tests.Healing.Actions;

public sealed class RemedyRulesTests
{
    [Theory]
    [InlineData("Restart-Bot", "bot_heartbeat", "CustomActions:0:Name is 'Restart-Bot'")]
    [InlineData("", "bot_heartbeat", "CustomActions:0:Name is ''")]
    [InlineData("restore_config", "bot_heartbeat", "'restore_config', which is taken")]
    [InlineData("restart_bot", "bot_hartbeat", "CustomActions:0:Check is 'bot_hartbeat'")]
    public void A_mistake_in_a_custom_action_is_named_with_its_key(string name, string check, string expected)
    {
        var custom = RestartBot();
        custom.Name = name;
        custom.Check = check;

        Assert.Contains(Validate(new RemedyOptions(), custom), mistake => mistake.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_given_twice_is_a_mistake() =>
        Assert.Contains(Validate(new RemedyOptions(), RestartBot(), RestartBot()), mistake => mistake.Contains("which is taken", StringComparison.Ordinal));

    [Fact]
    public void A_custom_action_without_any_trigger_is_a_mistake()
    {
        var custom = RestartBot();
        custom.Trigger = null;

        Assert.Contains("CustomActions:0:Trigger is missing", Assert.Single(Validate(new RemedyOptions(), custom)), StringComparison.Ordinal);
    }

    [Fact]
    public void Sound_options_are_no_mistake() => Assert.Empty(Validate(new RemedyOptions(), RestartBot()));

    [Fact]
    public void Triggers_of_unknown_actions_are_mistakes()
    {
        var options = new RemedyOptions();
        options.Triggers["restore_config"] = new TriggerOptions { File = new FileTriggerOptions { Path = "x" } };
        options.Bots["bot"] = new BotRemedyOptions { Triggers = { ["restart_bot"] = new TriggerOptions { File = new FileTriggerOptions { Path = "x" } } } };

        var mistakes = Validate(options);

        Assert.Contains(mistakes, mistake => mistake.Contains("Remedies:Triggers:restore_config is no action that fires a trigger", StringComparison.Ordinal));
        Assert.Contains(mistakes, mistake => mistake.StartsWith("Remedies:Bots:bot:Triggers:restart_bot is no action", StringComparison.Ordinal));
    }

    public static TheoryData<TriggerOptions, string> WrongTriggers => new()
    {
        { new TriggerOptions(), "names 0 of" },
        { new TriggerOptions { Command = new() { Argv = ["x"] }, File = new() { Path = "x" } }, "names 2 of" },
        { new TriggerOptions { Command = new() }, "Argv is empty" },
        { new TriggerOptions { Command = new() { Argv = ["x"], Environment = ["A=b"] } }, "without values" },
        { new TriggerOptions { File = new() { Path = "../x" } }, "below the bot's root" },
        { new TriggerOptions { File = new() { Path = "/x" } }, "below the bot's root" },
        { new TriggerOptions { Http = new() }, "either Url or UrlFile" },
        { new TriggerOptions { Http = new() { Url = "ftp://x/" } }, "no absolute http or https" },
        { new TriggerOptions { Http = new() { Url = "http://user:hunter2@x/" } }, "no absolute http or https" },
        { new TriggerOptions { Http = new() { Url = "http://x/", Method = "P ST" } }, "Method is 'P ST'" },
        { new TriggerOptions { Http = new() { Url = "http://x/", ContentType = "no" } }, "ContentType is 'no'" },
        { new TriggerOptions { Http = new() { Url = "http://x/", Headers = new() { ["Authorization"] = "Bearer abc" } } }, "absolute path of the file" },
    };

    [Theory]
    [MemberData(nameof(WrongTriggers))]
    public void A_mistake_in_a_trigger_is_named(TriggerOptions options, string expected)
    {
        var mistakes = Texts(TriggerRules.Check(options, "Key"));

        Assert.Contains(mistakes, mistake => mistake.StartsWith("Key", StringComparison.Ordinal) && mistake.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(mistakes, mistake => mistake.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void An_escalation_has_no_bot_to_write_a_file_for()
    {
        var options = new HealingOptions { Escalation = new TriggerOptions { File = new FileTriggerOptions { Path = "x" } } };

        var mistakes = Texts(options.Validate(new ValidationContext(options, "Healing", null, null)));

        Assert.StartsWith("Escalation:File is not possible here", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    private static CustomActionOptions RestartBot() => new()
    {
        Name = "restart_bot",
        Check = "bot_heartbeat",
        Trigger = new TriggerOptions { Command = new CommandTriggerOptions { Argv = ["systemctl", "restart", "bot"] } },
    };

    private static List<string> Validate(RemedyOptions options, params CustomActionOptions[] custom) =>
        Texts(RemedyRules.Check(options, custom, ["bot_heartbeat", "kill_switch"]));

    private static List<string> Texts(IEnumerable<ValidationResult> mistakes) => [.. mistakes.Select(mistake => $"{mistake.MemberNames.Single()} {mistake.ErrorMessage}")];
}
