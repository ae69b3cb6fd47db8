using Exporter.Healing;
using Exporter.Healing.Actions;
using Exporter.Healing.Triggers;

namespace Exporter.Tests.Healing.Actions;

public sealed class ActionCatalogueTests
{
    [Fact]
    public void The_six_actions_are_there()
    {
        Assert.Equal(
            ["refresh_coinglass", "refresh_intelligence", "verify_kill_switch", "restore_config", "retry_network", "suggest_position_exits"],
            ActionCatalogue.BuiltIn.Select(spec => spec.Name));
    }

    [Fact]
    public async Task An_action_of_the_owners_fires_its_trigger_after_the_built_in_ones()
    {
        using var bot = new HealedBot();
        bot.Custom.Add(RestartBot());
        bot.Custom[0].Trigger = new TriggerOptions { Command = new CommandTriggerOptions { Argv = ["touch", bot.Files["restarted"]] } };

        var result = Assert.IsType<ActionResult.Done>(await bot.Run("restart_bot"));

        Assert.True(File.Exists(bot.Files["restarted"]), result.Reason);
        var spec = bot.Action("restart_bot").Spec;
        Assert.Equal("bot_heartbeat", spec.Check);
        Assert.Equal("Restart bot", spec.Title);
        Assert.True(spec.ChangesTheBot);
    }

    [Fact]
    public async Task A_trigger_of_the_bots_own_goes_before_the_common_one()
    {
        using var bot = new HealedBot();
        bot.Custom.Add(RestartBot());
        bot.Options.Bots[HealedBot.Name] = new BotRemedyOptions
        {
            Triggers = { ["restart_bot"] = new TriggerOptions { Command = new CommandTriggerOptions { Argv = ["touch", bot.Files["own"]] } } },
        };

        await bot.Run("restart_bot");

        Assert.True(File.Exists(bot.Files["own"]));
    }

    [Fact]
    public void A_program_gets_the_time_that_its_owner_gave_it()
    {
        using var bot = new HealedBot();
        bot.Custom.Add(RestartBot());
        bot.Custom[0].Trigger!.Command!.Timeout = TimeSpan.FromMinutes(7);

        Assert.Equal(TimeSpan.FromMinutes(7), bot.Action("restart_bot").Spec.Patience);
    }

    [Theory]
    [InlineData("Restart-Bot", "bot_heartbeat", "Healing:CustomActions:0:Name is 'Restart-Bot'")]
    [InlineData("", "bot_heartbeat", "Healing:CustomActions:0:Name is ''")]
    [InlineData("restore_config", "bot_heartbeat", "'restore_config' is taken")]
    [InlineData("restart_bot", "bot_hartbeat", "Healing:CustomActions:0:Check is 'bot_hartbeat'")]
    public void A_mistake_in_a_custom_action_is_named_with_its_key(string name, string check, string expected)
    {
        var custom = RestartBot();
        custom.Name = name;
        custom.Check = check;

        Assert.Contains(Validate(new RemedyOptions(), custom), mistake => mistake.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_given_twice_is_a_mistake() =>
        Assert.Contains(Validate(new RemedyOptions(), RestartBot(), RestartBot()), mistake => mistake.Contains("is taken", StringComparison.Ordinal));

    [Fact]
    public void A_custom_action_without_any_trigger_is_a_mistake()
    {
        var custom = RestartBot();
        custom.Trigger = null;

        Assert.Contains("has no Trigger", Assert.Single(Validate(new RemedyOptions(), custom)), StringComparison.Ordinal);
    }

    [Fact]
    public void Sound_options_are_no_mistake() => Assert.Empty(Validate(new RemedyOptions(), RestartBot()));

    [Fact]
    public void Triggers_of_unknown_actions_and_bots_are_mistakes()
    {
        var options = new RemedyOptions();
        options.Triggers["restore_config"] = new TriggerOptions { File = new FileTriggerOptions { Path = "x" } };
        options.Bots["nobody"] = new BotRemedyOptions();

        var mistakes = Validate(options);

        Assert.Contains(mistakes, mistake => mistake.Contains("Healing:Remedies:Triggers:restore_config is no action that fires a trigger", StringComparison.Ordinal));
        Assert.Contains(mistakes, mistake => mistake.Contains("names no configured bot", StringComparison.Ordinal));
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
        var mistakes = TriggerFactory.Validate(options, "Key");

        Assert.Contains(mistakes, mistake => mistake.StartsWith("Key", StringComparison.Ordinal) && mistake.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(mistakes, mistake => mistake.Contains("hunter2", StringComparison.Ordinal));
    }

    private static CustomActionOptions RestartBot() => new()
    {
        Name = "restart_bot",
        Check = "bot_heartbeat",
        Trigger = new TriggerOptions { Command = new CommandTriggerOptions { Argv = ["systemctl", "restart", "bot"] } },
    };

    private static System.Collections.Immutable.ImmutableArray<string> Validate(RemedyOptions options, params CustomActionOptions[] custom) =>
        ActionCatalogue.Validate(options, custom, ["bot_heartbeat", "kill_switch"], [HealedBot.Name]);
}
