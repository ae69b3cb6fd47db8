using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>What a check says when it cannot see: always <c>unknown</c>, with the cause that the reading gave.</summary>
internal static class Unseen
{
    /// <summary>The source is certainly not there, and its absence proves nothing good.</summary>
    public const string Absent = "absent";

    /// <summary>Every cause that an unseen source can have.</summary>
    public static ImmutableArray<string> Causes { get; } = [Absent, .. Enum.GetValues<UnreadableCause>().Select(Cause)];

    public static string Cause(UnreadableCause cause) => cause switch
    {
        UnreadableCause.NoDirectory => "no_directory",
        UnreadableCause.AccessDenied => "access_denied",
        UnreadableCause.NotAFile => "not_a_file",
        UnreadableCause.Invalid => "invalid",
        UnreadableCause.MissingField => "missing_field",
        UnreadableCause.TooLarge => "too_large",
        UnreadableCause.InputOutput => "input_output",
        UnreadableCause.Lost => "lost",
        UnreadableCause.Refused => "refused",
        UnreadableCause.TimedOut => "timed_out",
        UnreadableCause.Unauthorized => "unauthorized",
        UnreadableCause.WantsLogin => "wants_login",
        UnreadableCause.NotThisBot => "not_this_bot",
        UnreadableCause.RateLimited => "rate_limited",
        UnreadableCause.NotReady => "not_ready",
        UnreadableCause.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };

    /// <summary>The result for a source that is needed and was not seen: unknown, or disabled where the bot keeps no such thing.</summary>
    public static CheckResult Result<T>(Reading<T> reading) => reading is Reading<T>.NotKept none
        ? CheckResult.Disabled(Phrase.Sentence(none.Reason))
        : CheckResult.Unknown(Cause(reading), Sentence(reading)) with
        {
            Details = [Detail.Of("file", Phrase.Sentence(Path(reading)))],
        };

    public static string Cause<T>(Reading<T> reading) => reading switch
    {
        Reading<T>.Unreadable unreadable => Cause(unreadable.Cause),
        _ => Absent,
    };

    /// <summary>The reading's own sentence, bounded.</summary>
    public static string Sentence<T>(Reading<T> reading) => Phrase.Sentence(reading switch
    {
        Reading<T>.Unreadable unreadable => unreadable.Reason,
        Reading<T>.Absent absent => absent.Reason,
        Reading<T>.NotKept none => none.Reason,
        _ => throw new ArgumentException("This reading was seen.", nameof(reading)),
    });

    private static string Path<T>(Reading<T> reading) => reading switch
    {
        Reading<T>.Unreadable unreadable => unreadable.Path,
        Reading<T>.Absent absent => absent.Path,
        Reading<T>.Seen seen => seen.Evidence.Source,
        _ => "",
    };
}
