using Microsoft.Playwright;

namespace Exporter.EndToEnd.StatusPage;

/// <summary>What an owner does on the page, and what nobody else may.</summary>
[Collection(InChromium.Name)]
public sealed class OwnerTests(Chromium chromium, OwnersHost owner) : IClassFixture<OwnersHost>
{
    [SkippableFact]
    public Task A_wrong_token_is_refused_in_words() => VisitAsync(async page =>
    {
        await SignInAsync(page, "not-the-token-at-all");

        Assert.Contains("no valid token", await page.Locator("#notice").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("form[action='/ui/heal']").CountAsync());
    });

    [SkippableFact]
    public async Task An_action_run_from_the_page_ends_in_a_verdict_on_the_page()
    {
        await owner.InjectAsync("intelligence-empty");
        await Eventually.TrueAsync(
            async () => (await owner.Host.BlockersAsync()).Contains("alpha intelligence_freshness warning"), TimeSpan.FromSeconds(60), "empty intelligence");

        await VisitAsync(async page =>
        {
            await SignInAsync(page, owner.Host.Token);
            await Form(page, "intelligence_freshness", "refresh_intelligence").Locator("button[value=run]").ClickAsync();

            Assert.StartsWith("Started refresh_intelligence for alpha", await page.Locator("#notice").TextContentAsync(), StringComparison.Ordinal);
            await page.Locator("[data-bot=alpha] [data-action=refresh_intelligence][data-outcome=healed]").WaitForAsync();
            Assert.Equal(0, await page.Locator("[data-bot=alpha] li.blocker[data-check=intelligence_freshness]").CountAsync());
        });
    }

    [SkippableFact]
    public Task A_dry_run_says_what_it_would_do_and_does_nothing() => VisitAsync(async page =>
    {
        await SignInAsync(page, owner.Host.Token);
        await Form(page, "kill_switch", "verify_kill_switch").Locator("button[value=dry-run]").ClickAsync();

        var verdict = page.Locator("[data-bot=alpha] [data-action=verify_kill_switch][data-outcome=suggested] .reason").First;
        await verdict.WaitForAsync();
        Assert.Contains("an active block is never touched", await verdict.TextContentAsync(), StringComparison.Ordinal);
    });

    [SkippableFact]
    public Task A_pause_refuses_actions_until_it_is_lifted() => VisitAsync(async page =>
    {
        await SignInAsync(page, owner.Host.Token);
        await page.Locator("#pause-reason").FillAsync("maintenance of <b>the host</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        Assert.Contains("maintenance of <b>the host</b>", await page.Locator("#path li").TextContentAsync(), StringComparison.Ordinal);

        await Form(page, "kill_switch", "verify_kill_switch").Locator("button[value=run]").ClickAsync();
        await page.Locator("[data-bot=alpha] [data-action=verify_kill_switch][data-outcome=refused]").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        Assert.Equal("That pause is over.", await page.Locator("#notice").TextContentAsync());
        Assert.Equal(0, await page.Locator("#path li").CountAsync());
    });

    [SkippableFact]
    public Task A_form_without_the_pages_number_is_forbidden() => VisitAsync(async page =>
    {
        await SignInAsync(page, owner.Host.Token);
        foreach (var csrf in (string[])["", "0123456789abcdef"])
        {
            var form = page.APIRequest.CreateFormData().Set("csrf", csrf).Set("reason", "mischief").Set("minutes", 5);
            var answer = await page.APIRequest.PostAsync($"{owner.Host.Address}ui/pause", new() { Form = form, MaxRedirects = 0 });
            Assert.Equal(403, answer.Status);
        }

        await page.ReloadAsync();
        Assert.Equal(0, await page.Locator("#path li").CountAsync());
    });

    [SkippableFact]
    public Task Signing_out_ends_the_session() => VisitAsync(async page =>
    {
        await SignInAsync(page, owner.Host.Token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        Assert.Equal(0, await page.Locator("form[action='/ui/heal']").CountAsync());
        Assert.Equal(1, await page.Locator("form[action='/ui/sign-in']").CountAsync());
    });

    [SkippableFact]
    public Task Hostile_names_are_text_and_nothing_runs() => VisitAsync(async page =>
    {
        var asked = 0;
        page.Dialog += (_, _) => asked++;
        var text = await page.Locator("[data-bot=omega]").TextContentAsync();

        Assert.Contains(OwnersHost.Hostile, text, StringComparison.Ordinal);
        Assert.Contains(OwnersHost.HostileStrategy, text, StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("img, main script").CountAsync());
        Assert.Equal(0, asked);
    });

    [SkippableFact]
    public Task Without_scripts_the_page_is_whole_and_its_forms_work() => chromium.VisitAsync(
        owner.Host.Address,
        async page =>
        {
            Assert.Equal(2, await page.Locator(".bot").CountAsync());
            Assert.True(await page.Locator("[data-bot=alpha] li.blocker[data-check=kill_switch] dl").IsVisibleAsync());
            await SignInAsync(page, owner.Host.Token);
            Assert.True(await page.Locator("form[action='/ui/heal'] button").First.IsVisibleAsync());
        },
        javaScript: false);

    internal static async Task SignInAsync(IPage page, string token)
    {
        await page.Locator("#sign-in summary").ClickAsync();
        await page.Locator("#token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.Locator("h1").WaitForAsync();
    }

    private static ILocator Form(IPage page, string check, string action) =>
        page.Locator($"[data-bot=alpha] li.blocker[data-check={check}] form:has(input[name=action][value={action}])");

    private Task VisitAsync(Func<IPage, Task> look) => chromium.VisitAsync(owner.Host.Address, look);
}
