using System.Net;
using Demo.Faults;

namespace Demo.Bot;

/// <summary>The bot's own HTTP door, where the triggers of a healing knock. It wants the key that the exporter reads from a file.</summary>
internal sealed class BotDoor(Loopback server) : IAsyncDisposable
{
    public const string KeyHeader = "X-Bot-Key";

    public Uri Refresh => new(server.Address, "/refresh");

    public Uri ClearKillSwitch => new(server.Address, "/kill-switch/clear");

    public Uri Restart => new(server.Address, "/restart");

    public Uri Faults => new(server.Address, "/faults");

    /// <param name="key">What callers must know.</param>
    /// <param name="faults">Shown at the same door, without the key: whoever reaches the demo may break it.</param>
    public static async Task<BotDoor> OpenAsync(SimulatedBot bot, string key, CancellationToken cancellation, IPEndPoint? at = null, FaultBoard? faults = null)
    {
        var server = await Loopback.StartAsync(
            null,
            app =>
            {
                if (faults is not null)
                {
                    FaultDoor.Map(app, faults);
                }

                Map(app, bot, key);
            },
            cancellation,
            at);
        return new BotDoor(server);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static void Map(WebApplication app, SimulatedBot bot, string key)
    {
        // 200 also when the bot ignored it: that a trigger answers proves nothing, which is why healings are verified.
        MapPost("/refresh", RefreshAsync);
        MapPost("/kill-switch/clear", context => bot.ClearExpiredBlockAsync(context.RequestAborted));
        MapPost("/restart", context => bot.RestartAsync(context.RequestAborted));

        async Task RefreshAsync(HttpContext context)
        {
            switch (await bot.AnswerRefreshAsync(context.RequestAborted))
            {
                case RefreshAnswer.Refuses:
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    break;
                case RefreshAnswer.Hangs:
                    await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                    break;
            }
        }

        void MapPost(string path, Func<HttpContext, Task> act) => app.MapPost(path, async (HttpContext context) =>
        {
            if (context.Request.Headers[KeyHeader] != key)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            await act(context);
        });
    }
}
