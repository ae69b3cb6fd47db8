using Exporter.Healing;
using Exporter.Healing.Actions;
using Exporter.Healing.Triggers;

namespace Exporter.Tests.Healing.Actions;

public sealed class ActionCatalogueTests
{
    [Fact]
    public void The_seven_actions_are_there()
    {
        Assert.Equal(
            ["refresh_coinglass", "refresh_intelligence", "verify_kill_switch", "restore_config", "retry_network", "start_bot", "suggest_position_exits"],
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

    private static CustomActionOptions RestartBot() => new()
    {
        Name = "restart_bot",
        Check = "bot_heartbeat",
        Trigger = new TriggerOptions { Command = new CommandTriggerOptions { Argv = ["systemctl", "restart", "bot"] } },
    };
}
