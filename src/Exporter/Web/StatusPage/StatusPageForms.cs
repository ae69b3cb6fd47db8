using System.Collections.Immutable;
using System.Globalization;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Exporter.Web.StatusPage;

/// <summary>
/// What a person may do from the page. Every form but the sign-in needs a session and the number that the page put into it; each
/// answers with a redirect back to the page (RFC 9110, 303), so that a reload repeats nothing.
/// </summary>
internal sealed class StatusPageForms(HealingEngine healing, BearerTokens tokens, Sessions sessions, WrongTokens wrong, TimeProvider time)
{
    private const string WrongToken = "That is no valid token. It is a line of the file that the exporter was given with --web.token-file, or of the file token in its storage directory.";
    private const string TooMany = "Too many wrong tokens came from your address. Wait a minute; the right one is taken at any time.";

    /// <summary>A token, a bot, a reason: no form of the page holds more.</summary>
    private const int LargestFormBytes = 8 << 10;

    private static readonly FormOptions Limits = new() { KeyLengthLimit = 64, ValueLengthLimit = LargestFormBytes, ValueCountLimit = 16, BufferBody = false };

    private const int LongestPauseMinutes = 7 * 24 * 60;

    public async Task SignInAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } form)
        {
            return;
        }

        if (form["token"] is not [{ Length: > 0 } token] || !tokens.Matches(token.Trim()))
        {
            var wait = wrong.Note(context);
            context.Response.StatusCode = WrongTokens.Status(context, wait);
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.ContentSecurityPolicy = StatusPageEndpoints.ContentSecurityPolicy;
            await SignIn.Create(wait is null ? WrongToken : TooMany).RenderAsync(context.Response.BodyWriter, cancellationToken: context.RequestAborted);
            return;
        }

        sessions.SignIn(context, token.Trim());
        Redirect(context, "/");
    }

    public Task SignOutAsync(HttpContext context) => WithSessionAsync(context, _ =>
    {
        sessions.SignOut(context);
        return Task.FromResult("");
    });

    public Task HealAsync(HttpContext context) => WithSessionAsync(context, async form =>
    {
        var (bot, action, dryRun) = (form["bot"].ToString(), form["action"].ToString(), form["mode"] == "dry-run");
        var receipt = await healing.AskAsync(new ManualRequest(action, bot, "", dryRun, ImmutableHashSet<string>.Empty), context.RequestAborted);
        return receipt switch
        {
            ManualReceipt.Accepted accepted =>
                $"{(dryRun ? "Dry run of" : "Started")} {action} for {bot} (healing {Number(accepted.Healing.Id)}). Its steps and verdict appear below.",
            ManualReceipt.UnderWay underWay => $"{action} for {bot} is already under way (healing {Number(underWay.Healing.Id)}).",
            ManualReceipt.UnknownAction unknown => unknown.Reason,
            ManualReceipt.UnknownBot unknown => unknown.Reason,
            ManualReceipt.UnknownTarget unknown => unknown.Reason,
            ManualReceipt.Busy busy => busy.Reason,
            _ => throw new InvalidOperationException($"no sentence for {receipt}"),
        };
    });

    public Task PauseAsync(HttpContext context) => WithSessionAsync(context, async form =>
    {
        if (!int.TryParse(form["minutes"], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes is < 1 or > LongestPauseMinutes)
        {
            return $"Healing is not paused: give a number of minutes from 1 to {Number(LongestPauseMinutes)}.";
        }

        if (form["reason"].ToString().Trim() is not { Length: > 0 } reason)
        {
            return "Healing is not paused: say why, so that the next person knows.";
        }

        await healing.Pauses.AddAsync(reason, [], [], time.GetUtcNow().AddMinutes(minutes), context.RequestAborted);
        return $"Healing is paused for {Number(minutes)} minutes.";
    });

    public Task ResumeAsync(HttpContext context) => WithSessionAsync(context, async form =>
        long.TryParse(form["id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && await healing.Pauses.LiftAsync(id, context.RequestAborted)
            ? "That pause is over."
            : "That pause did not hold any more.");

    /// <summary>The form, or null after saying why it is none. Of one kind and small, as the page itself sends it.</summary>
    private static async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            await Problems.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "A form of this page comes as application/x-www-form-urlencoded, in UTF-8.");
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestFormBytes;
        }

        try
        {
            return await request.ReadFormAsync(Limits, context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            await Problems.WriteAsync(context, e.StatusCode, $"The form could not be read: {e.Message}");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or ArithmeticException)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "The form could not be read: it has too many or too long fields, or is broken.");
        }

        return null;
    }

    private async Task WithSessionAsync(HttpContext context, Func<IFormCollection, Task<string>> act)
    {
        if (await ReadAsync(context) is not { } form)
        {
            return;
        }

        if (!sessions.Proves(context, form["csrf"]))
        {
            await Problems.WriteAsync(
                context,
                StatusCodes.Status403Forbidden,
                "This form belongs to no session. Open the page again, sign in with the token, and repeat what you did.");
            return;
        }

        string notice;
        try
        {
            notice = await act(form);
        }
        catch (LedgerException e)
        {
            notice = $"Nothing was done, because it could not be recorded. {e.Message}";
        }

        sessions.LeaveNotice(context, notice);
        Redirect(context, "/");
    }

    private static void Redirect(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
