using Exporter.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Web;

public sealed class SessionsTests : IDisposable
{
    private const string Token = "0f8b1c2d3e4f5a6b7c8d9e0f";

    private readonly FakeTimeProvider _time = new(Snapshots.Noon);
    private readonly TemporaryDirectory _directory = new();
    private readonly Sessions _sessions;

    public SessionsTests() => _sessions = new Sessions(_time, BearerTokens.Load([_directory.Write("token", Token)], NullLogger.Instance).Tokens!);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_session_dies_with_the_token_that_made_it()
    {
        var request = WithCookie(SignIn().Value);
        Assert.NotNull(_sessions.Find(request));

        _directory.Write("token", "another-one-5a6b7c8d9e0f");

        Assert.Null(_sessions.Find(request));
        Assert.False(_sessions.Proves(request, "whatever"));
    }

    [Fact]
    public void The_cookie_is_out_of_reach_of_scripts_and_of_other_sites()
    {
        var cookie = SignIn().Attributes;

        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Only_a_form_with_the_sessions_own_number_proves_it()
    {
        var request = WithCookie(SignIn().Value);
        var session = _sessions.Find(request);

        Assert.NotNull(session);
        Assert.True(_sessions.Proves(request, session.Csrf));
        Assert.False(_sessions.Proves(request, session.Csrf[..^1]));
        Assert.False(_sessions.Proves(request, null));
        Assert.False(_sessions.Proves(new DefaultHttpContext(), session.Csrf));
    }

    [Fact]
    public void A_session_ends_by_itself()
    {
        var request = WithCookie(SignIn().Value);

        _time.Advance(TimeSpan.FromHours(13));

        Assert.Null(_sessions.Find(request));
    }

    [Fact]
    public void Signing_out_ends_it_for_every_copy_of_the_cookie()
    {
        var request = WithCookie(SignIn().Value);

        _sessions.SignOut(request);

        Assert.Null(_sessions.Find(request));
    }

    [Fact]
    public void Signing_in_again_and_again_does_not_fill_the_memory()
    {
        var first = WithCookie(SignIn().Value);
        for (var more = 0; more < 64; more++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            SignIn();
        }

        Assert.Null(_sessions.Find(first));
    }

    private (string Value, string Attributes) SignIn()
    {
        var context = new DefaultHttpContext();
        _sessions.SignIn(context, Token);
        var cookie = context.Response.Headers.SetCookie.ToString();
        return (cookie.Split(';')[0].Split('=')[1], cookie);
    }

    private static DefaultHttpContext WithCookie(string value)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = $"{Sessions.Cookie}={value}";
        return context;
    }
}
