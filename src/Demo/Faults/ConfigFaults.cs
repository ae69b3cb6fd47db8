using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Demo.Bot;

namespace Demo.Faults;

internal static class ConfigFaults
{
    public static ImmutableArray<Fault> All { get; } =
    [
        new("config-torn", "config_integrity", "critical", "The trading config is half-written: its writer was killed in the middle.",
            "restore_config puts the last known good copy back.")
        {
            HealedBy = "restore_config",
            Inject = (world, cancellation) => world.Bot.Files.WriteHalfAsync(BotFiles.TradingConfig, BotDocuments.TradingConfig(), cancellation),
            Clear = (world, cancellation) => world.Bot.Files.WriteAsync(BotFiles.TradingConfig, BotDocuments.TradingConfig(), cancellation),
        },
        new("config-missing", "config_integrity", "critical", "The golden-hour config has vanished.",
            "restore_config puts the last known good copy back.")
        {
            HealedBy = "restore_config",
            Inject = (world, _) =>
            {
                world.Bot.Files.Delete(BotFiles.GoldenHour);
                return Task.CompletedTask;
            },
            Clear = (world, cancellation) => world.Bot.Files.WriteAsync(BotFiles.GoldenHour, BotDocuments.GoldenHour(), cancellation),
        },
        new("config-lacks-mode", "config_integrity", "critical", "An edit of the trading config has lost the key mode.",
            "Nothing by itself: a file that parses may be meant, so restore_config only suggests. A person puts the key back.")
        {
            Inject = (world, cancellation) => world.Bot.Files.WriteAsync(BotFiles.TradingConfig, WithoutMode(), cancellation),
            Clear = (world, cancellation) => world.Bot.Files.WriteAsync(BotFiles.TradingConfig, BotDocuments.TradingConfig(), cancellation),
        },
    ];

    private static JsonObject WithoutMode()
    {
        var config = BotDocuments.TradingConfig();
        config.Remove("mode");
        return config;
    }
}
