using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Exporter.Web;

/// <summary>
/// Who has given the token on the status page. A session is a random number in an HttpOnly, SameSite=Strict cookie, and every form
/// carries a second one, so that no other site can post in the owner's name. It ends with the token that made it. In memory only: a
/// restart signs everybody out.
/// </summary>
public sealed class Sessions(TimeProvider time, BearerTokens tokens)
{
    public const string Cookie = "exporter_session";

    /// <summary>More than any team has browsers; the oldest goes first, so that signing in cannot fill the memory.</summary>
    private const int Most = 64;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>Starts a session for somebody whose token was right, and sets its cookie.</summary>
    public void SignIn(HttpContext context, string token)
    {
        Forget();
        var session = new Session(RandomNumber(), time.GetUtcNow() + Lifetime, BearerTokens.HashOf(token));
        var id = RandomNumber();
        _sessions[Key(id)] = session;
        context.Response.Cookies.Append(Cookie, id, Attributes(context));
    }

    /// <summary>The request's session, or null.</summary>
    public Session? Find(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } id || !_sessions.TryGetValue(Key(id), out var session))
        {
            return null;
        }

        return session.ExpiresAt > time.GetUtcNow() && tokens.Holds(session.TokenHash) ? session : null;
    }

    /// <summary>Whether the form was made by this page for this session.</summary>
    public bool Proves(HttpContext context, string? csrf) =>
        Find(context) is { } session
        && csrf is not null
        && CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.UTF8.GetBytes(session.Csrf), System.Text.Encoding.UTF8.GetBytes(csrf));

    /// <summary>Keeps what a form came to until its session's next look at the page; without a session it is dropped.</summary>
    public void LeaveNotice(HttpContext context, string notice)
    {
        if (notice.Length > 0 && Find(context) is { } session)
        {
            session.Notice = notice;
        }
    }

    /// <summary>What the last form came to, once.</summary>
    public string? TakeNotice(HttpContext context) => Find(context)?.TakeNotice();

    public void SignOut(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is { Length: > 0 } id)
        {
            _sessions.TryRemove(Key(id), out _);
        }

        context.Response.Cookies.Delete(Cookie, Attributes(context));
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (key, session) in _sessions)
        {
            if (session.ExpiresAt <= now)
            {
                _sessions.TryRemove(key, out _);
            }
        }

        while (_sessions.Count >= Most && _sessions.MinBy(pair => pair.Value.ExpiresAt) is var oldest)
        {
            _sessions.TryRemove(oldest.Key, out _);
        }
    }

    // Looked up by its hash: the time that a look-up takes then says nothing about the numbers that are held.
    private static string Key(string id) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id)));

    private static string RandomNumber() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static CookieOptions Attributes(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        IsEssential = true,
    };
}

/// <summary>One browser that has shown the token.</summary>
/// <param name="csrf">Goes into every form of this session.</param>
public sealed class Session(string csrf, DateTimeOffset expiresAt, byte[] tokenHash)
{
    private string? _notice;

    public string Csrf { get; } = csrf;

    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    /// <summary>Of the token that was shown: revoked, it takes the session with it.</summary>
    internal byte[] TokenHash { get; } = tokenHash;

    internal string? Notice
    {
        set => Volatile.Write(ref _notice, value);
    }

    internal string? TakeNotice() => Interlocked.Exchange(ref _notice, null);
}
