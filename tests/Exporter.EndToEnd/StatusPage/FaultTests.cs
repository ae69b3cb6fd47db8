using Demo.Faults;
using Microsoft.Playwright;

namespace Exporter.EndToEnd.StatusPage;

/// <summary>The page for fifty bots, and every way in which the demo can break one.</summary>
[Collection(InChromium.Name)]
public sealed class FaultTests(Chromium chromium, FiftyBots bots) : IClassFixture<FiftyBots>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Those that block; the others only inform.</summary>
    private static IEnumerable<Fault> Blocking => FaultCatalogue.All.Where(fault => fault.Status != "ok");

    [SkippableFact]
    public Task Each_fault_is_a_blocker_on_the_page_within_one_refresh_and_gone_when_mended() => chromium.VisitAsync(bots.Host.Address, async page =>
    {
        string[] lasting = [Sentence(FaultCatalogue.Find(FiftyBots.OneOfFiveMinutes)!)];
        await SeenAsync("a calm start", found => found.SetEquals(lasting));

        foreach (var fault in FaultCatalogue.All.Where(fault => fault.Name != FiftyBots.OneOfFiveMinutes))
        {
            var world = bots.Worlds[fault.Name];
            await fault.Inject(world, CancellationToken.None);
            if (world.Exchange.Mood.RetryAfter is not null)
            {
                // A ban is a ban, but half a minute is long for a test.
                world.Exchange.Mood = world.Exchange.Mood with { RetryAfter = TimeSpan.FromSeconds(1) };
            }
        }

        var expected = Blocking.Select(Sentence).ToHashSet();
        await SeenAsync("every fault", found => expected.IsSubsetOf(found));
        await RefreshAsync(page);
        Assert.Empty(expected.Except(await OnThePageAsync(page)));
        Assert.Equal(FiftyBots.Count, await page.Locator(".bot").CountAsync());

        foreach (var fault in FaultCatalogue.All.Where(fault => fault.Name != FiftyBots.OneOfFiveMinutes))
        {
            await fault.Clear(bots.Worlds[fault.Name], CancellationToken.None);
        }

        await SeenAsync("every fault mended", found => found.SetEquals(lasting));
        await RefreshAsync(page);
        Assert.Equal(lasting, await OnThePageAsync(page));
    });

    [SkippableFact]
    public async Task Among_fifty_bots_the_worst_stand_first_and_the_filter_finds_one()
    {
        var world = bots.Worlds["calm-3"];
        var down = FaultCatalogue.Find("exchange-down")!;
        await down.Inject(world, CancellationToken.None);
        try
        {
            await SeenAsync("a bot without its exchange", found => found.Contains("calm-3 exchange_api critical"));
            await chromium.VisitAsync(bots.Host.Address, async page =>
            {
                var states = await page.Locator(".bot").EvaluateAllAsync<string[]>("bots => bots.map(bot => bot.dataset.state)");
                Assert.Equal(states.OrderBy(state => Array.IndexOf(["blocked", "unknown", "trading"], state)), states);
                Assert.Equal("blocked", states[0]);
                Assert.Equal("trading", states[^1]);

                await page.Locator("#filter").FillAsync("CALM-7");
                Assert.Equal(["calm-7"], await page.Locator(".bot:visible").EvaluateAllAsync<string[]>("bots => bots.map(bot => bot.dataset.bot)"));

                // A refresh must not undo what the reader asked for.
                await RefreshAsync(page);
                Assert.Equal(1, await page.Locator(".bot:visible").CountAsync());
            });
        }
        finally
        {
            await down.Clear(world, CancellationToken.None);
        }
    }

    [SkippableFact]
    public Task The_keyboard_alone_reaches_the_filter_and_opens_a_blocker() => chromium.VisitAsync(bots.Host.Address, async page =>
    {
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the bots", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(FiftyBots.OneOfFiveMinutes);
        Assert.Equal(FiftyBots.OneOfFiveMinutes, await page.Locator("#filter").InputValueAsync());

        await page.Keyboard.PressAsync("Tab");
        Assert.StartsWith("1 blocker", await page.EvaluateAsync<string>("document.activeElement.textContent"), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".bot:visible li.blocker dl").WaitForAsync();
    });

    private static string Sentence(Fault fault) => $"{fault.Name} {fault.Check} {fault.Status}";

    private Task SeenAsync(string what, Func<HashSet<string>, bool> holds)
    {
        HashSet<string> last = [];
        return Eventually.TrueAsync(
            async () => holds(last = await bots.Host.BlockersAsync()),
            Patience,
            () => $"{what}; the exporter saw: {string.Join(", ", last.Order())}");
    }

    /// <summary>Waits for one whole refresh that begins from now on.</summary>
    private static async Task RefreshAsync(IPage page)
    {
        var asOf = page.Locator("#as-of");
        var request = await page.WaitForRequestAsync(request => request.ResourceType == "fetch");
        var before = await asOf.GetAttributeAsync("datetime");
        await (await request.ResponseAsync())!.FinishedAsync();
        await Eventually.TrueAsync(async () => await asOf.GetAttributeAsync("datetime") != before, Patience, "the page shows what it fetched");
    }

    private static Task<string[]> OnThePageAsync(IPage page) => page.Locator("li.blocker").EvaluateAllAsync<string[]>(
        "found => found.map(item => `${item.closest('.bot').dataset.bot} ${item.dataset.check} ${item.className.replace('blocker ', '')}`)");
}
