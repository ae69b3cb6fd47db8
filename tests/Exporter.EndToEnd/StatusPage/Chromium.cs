using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Exporter.EndToEnd.StatusPage;

/// <summary>Debian's Chromium, driven by Playwright; one browser for all tests, a fresh profile for each visit.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";
    private const int PatienceMs = 20_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (!File.Exists(Program))
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Headless = true,
            Timeout = 2 * PatienceMs,
            // No sandbox inside a container; nothing that calls home.
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens the page, looks, and holds it to an empty console: no error, no warning, nothing that the policy had to block.</summary>
    public async Task VisitAsync(
        Uri address, Func<IPage, Task> look, int width = 1280, ColorScheme scheme = ColorScheme.Light, bool javaScript = true)
    {
        Skip.If(_browser is null, $"Chromium is not installed ({Program}).");
        await using var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = scheme,
            JavaScriptEnabled = javaScript,
        });
        context.SetDefaultTimeout(PatienceMs);
        var page = await context.NewPageAsync();
        var complaints = new ConcurrentQueue<string>();
        page.Console += (_, message) =>
        {
            // That a sign-in was refused is what the server meant to say.
            if (message.Type is "error" or "warning" && !message.Text.EndsWith("status of 401 (Unauthorized)", StringComparison.Ordinal))
            {
                complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        // The questions before an action.
        page.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await page.GotoAsync(address.ToString());
        await look(page);
        Assert.Empty(complaints);
    }
}

[CollectionDefinition(Name)]
public sealed class InChromium : ICollectionFixture<Chromium>
{
    public const string Name = "Chromium";
}
