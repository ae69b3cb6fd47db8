using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Exporter.EndToEnd.StatusPage;

/// <summary>How the page looks, for people and for their tools: no violation that axe-core finds, and pictures for whoever reviews.</summary>
[Collection(InChromium.Name)]
public sealed class LooksTests(Chromium chromium, OwnersHost owner) : IClassFixture<OwnersHost>
{
    /// <summary>What passes is long and of no use here.</summary>
    private static readonly AxeRunOptions _onlyViolations = new() { ResultTypes = [ResultType.Violations] };

    [SkippableTheory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public Task Axe_finds_no_violation_signed_out_and_in(int width, ColorScheme scheme) => chromium.VisitAsync(
        owner.Host.Address,
        async page =>
        {
            await UnfoldAsync(page);
            Assert.Empty(await ViolationsAsync(page));
            await OwnerTests.SignInAsync(page, owner.Host.Token);
            await UnfoldAsync(page);
            Assert.Empty(await ViolationsAsync(page));
        },
        width,
        scheme);

    [SkippableTheory]
    [InlineData(360)]
    [InlineData(1280)]
    [InlineData(2560)]
    public async Task It_fits_the_screen_and_its_pictures_are_kept(int width)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await chromium.VisitAsync(
                owner.Host.Address,
                async page =>
                {
                    await OwnerTests.SignInAsync(page, owner.Host.Token);
                    await page.ScreenshotAsync(new() { Path = Picture($"first-look-{width}-{scheme}") });
                    await UnfoldAsync(page);
                    await page.ScreenshotAsync(new() { Path = Picture($"status-{width}-{scheme}"), FullPage = true });
                    // Nobody scrolls sideways on a phone.
                    Assert.Equal(width, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, window.innerWidth)"));
                },
                width,
                scheme);
        }
    }

    private static async Task UnfoldAsync(IPage page)
    {
        await page.Locator("[data-bot=alpha] [data-outcome=suggested]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.EvaluateAsync("document.querySelectorAll('details:not(#sign-in)').forEach(details => { details.open = true; })");
    }

    private static async Task<string[]> ViolationsAsync(IPage page) =>
        [.. (await page.RunAxe(_onlyViolations)).Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join("; ", violation.Nodes.Select(node => node.Html))}")];

    /// <summary>Beside the other results of the run; <c>TEST_RESULTS</c> names the directory.</summary>
    private static string Picture(string name)
    {
        var results = Environment.GetEnvironmentVariable("TEST_RESULTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "TestResults");
        return Path.Combine(results, "screenshots", $"{name.ToLowerInvariant()}.png");
    }
}
