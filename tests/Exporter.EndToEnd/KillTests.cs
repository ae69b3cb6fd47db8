using Xunit.Abstractions;

namespace Exporter.EndToEnd;

/// <summary>
/// Kill -9 at any moment: nothing that was accepted is lost, no action runs twice without the check being asked in between, no configuration
/// is ever torn or lost, and ledger and journal agree; also when somebody sets the clock ahead and back. Several exporters at once, each with
/// a bot of its own, so that many kills fit into little time.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int WantedKills = 200;

    [SkippableFact]
    public async Task Two_hundred_kills_at_random_moments_lose_nothing_and_tear_nothing()
    {
        Skip.IfNot(File.Exists(PublishedExporter.Binary), $"{PublishedExporter.Binary} is not there; build or publish the exporter first.");
        // Most kill a healing whose action is quick; some a restoring of a configuration, which waits until the file is still.
        KilledBot[] bots =
        [
            .. Enumerable.Range(0, 6).Select(number => KilledBot.WithQuickAction(seed: number)),
            .. Enumerable.Range(0, 6).Select(number => KilledBot.WithRestore(seed: 100 + number)),
            .. Enumerable.Range(0, ProgramClock.IsInstalled ? 3 : 0).Select(number => KilledBot.WithQuickAction(seed: 200 + number, clockJumps: true)),
        ];
        try
        {
            using var kills = new KillCount(WantedKills);
            await Task.WhenAll(bots.Select(bot => bot.TormentAsync(kills)));
            await Task.WhenAll(bots.Select(bot => bot.RecoverAsync()));

            output.WriteLine(
                $"{kills.Done} kills: {bots.Sum(bot => bot.Interruptions)} in the middle of a healing, {bots.Sum(bot => bot.KillsAtReplacement)} at the replacement " +
                $"of a configuration; {bots.Sum(bot => bot.Recoveries)} recoveries.");
            if (!ProgramClock.IsInstalled)
                output.WriteLine("No clock was set: libfaketime is not installed; ./test.sh installs it.");
            Assert.True(kills.Done >= WantedKills);
            Assert.All(bots, bot => bot.AssertNothingWasLost());
            // Otherwise it proves little.
            Assert.True(bots.Sum(bot => bot.Interruptions) >= WantedKills / 10);
            Assert.True(bots.Sum(bot => bot.Recoveries) >= bots.Length);
        }
        finally
        {
            foreach (var bot in bots)
                bot.Dispose();
        }
    }
}
