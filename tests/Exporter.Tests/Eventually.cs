using System.Diagnostics;

namespace Exporter.Tests;

/// <summary>Waits for a condition instead of for a time.</summary>
internal static class Eventually
{
    /// <summary>Longer than any honest wait: it only ends a test that would hang.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);

    public static async Task Holds(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < GiveUpAfter, "The condition did not come to hold.");
            await Task.Yield();
        }
    }
}
