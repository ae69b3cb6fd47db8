namespace Exporter.EndToEnd;

/// <summary>Waits for what another program will do: asks again until it holds. The limit only ends a test that will fail anyway.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static Task TrueAsync(Func<Task<bool>> condition, TimeSpan limit, string what) =>
        GetAsync(async () => await condition() ? "" : null, limit, what);

    /// <param name="what">Said when it never held, as things stand then.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> what)
    {
        try
        {
            await TrueAsync(condition, limit, "");
        }
        catch (Xunit.Sdk.XunitException e)
        {
            throw new Xunit.Sdk.XunitException($"{e.Message} {what()}");
        }
    }

    /// <summary>The first answer that is not null. A refused connection counts as no answer.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, TimeSpan limit, string what)
        where T : class
    {
        using var timer = new PeriodicTimer(Interval);
        var end = TimeProvider.System.GetTimestamp() + (long)(limit.TotalSeconds * TimeProvider.System.TimestampFrequency);
        Exception? last = null;
        do
        {
            try
            {
                if (await ask() is { } answer)
                {
                    return answer;
                }

                last = null;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                last = e;
            }
        }
        while (TimeProvider.System.GetTimestamp() < end && await timer.WaitForNextTickAsync());

        throw new Xunit.Sdk.XunitException($"Not within {limit}: {what}. {last?.Message}");
    }
}
