using Exporter.Bots;

namespace Exporter.Tests.Bots;

/// <summary>What a test expects a reading to be.</summary>
internal static class ReadingAssert
{
    public static T Seen<T>(this Reading<T> reading) =>
        reading is Reading<T>.Unreadable why ? throw new Xunit.Sdk.XunitException(why.Reason) : Assert.IsType<Reading<T>.Seen>(reading).Value;

    public static Evidence File<T>(this Reading<T> reading) => Assert.IsType<Reading<T>.Seen>(reading).Evidence;

    /// <summary>The reason of a reading that must not have been seen.</summary>
    public static string Unreadable<T>(this Reading<T> reading, UnreadableCause cause)
    {
        var unreadable = Assert.IsType<Reading<T>.Unreadable>(reading);
        Assert.Equal(cause, unreadable.Cause);
        return unreadable.Reason;
    }

    public static Reading<T> The<T>(this IEnumerable<Named<T>> readings, string name) => readings.Single(named => named.Name == name).Reading;
}
