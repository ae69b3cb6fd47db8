namespace Demo.Bot;

/// <summary>The bot's own HTTP door, where the triggers of a healing knock. It wants the key that the exporter reads from a file.</summary>
internal sealed class BotDoor(Loopback server, string key) : IAsyncDisposable
{
    public const string KeyHeader = "X-Bot-Key";

    public Uri Refresh => new(server.Address, "/refresh");

    public Uri ClearKillSwitch => new(server.Address, "/kill-switch/clear");

    public Uri Restart => new(server.Address, "/restart");

    /// <summary>What the header must hold.</summary>
    public string Key => key;

    public static async Task<BotDoor> OpenAsync(SimulatedBot bot, CancellationToken cancellation)
    {
        var key = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        var server = await Loopback.StartAsync(null, app => Map(app, bot, key), cancellation);
        return new BotDoor(server, key);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static void Map(WebApplication app, SimulatedBot bot, string key)
    {
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers[KeyHeader] != key)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            await next(context);
        });
        // 200 also when the bot ignored it: that a trigger answers proves nothing, which is why healings are verified.
        app.MapPost("/refresh", async (HttpContext context) => await bot.RefreshAsync(context.RequestAborted));
        app.MapPost("/kill-switch/clear", (HttpContext context) => bot.ClearExpiredBlockAsync(context.RequestAborted));
        app.MapPost("/restart", (HttpContext context) => bot.RestartAsync(context.RequestAborted));
    }
}
