using System.Collections.Immutable;

namespace Exporter.Checks;

/// <summary>What a check found. Immutable; made by the factory methods so that no impossible combination exists.</summary>
public sealed record CheckResult
{
    private CheckResult()
    {
    }

    public required CheckStatus Status { get; init; }

    /// <summary>One plain sentence for the owner, with the value, the limit and, when it fails, the next step.</summary>
    public required string Reason { get; init; }

    /// <summary>Which kind of failure it is, one of <see cref="CheckSpec.Causes"/>; null when nothing is wrong.</summary>
    public string? Cause { get; init; }

    /// <summary>False when the check's optional source is not configured: listed with how to enable it, outside health.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>True when this finding now stops every new entry of the bot.</summary>
    public bool BlocksEntries { get; init; }

    /// <summary>
    /// For what cannot be seen: true when it may hide a block of every new entry. Null: as <see cref="CheckSpec.DecidesTrading"/> says.
    /// </summary>
    public bool? MayHideBlock { get; init; }

    /// <summary>When the data that the verdict rests on came to be: proof that it is newer than a healing. Null: now.</summary>
    public DateTimeOffset? DataTimestamp { get; init; }

    /// <summary>Plain sentences that a person who asks "why am I not trading?" should read, though nothing is wrong.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    public ImmutableArray<Sample> Samples { get; init; } = [];

    /// <summary>For the journal, the page and the API.</summary>
    public ImmutableArray<Detail> Details { get; init; } = [];

    /// <summary>The text of the detail of this name; null when there is none.</summary>
    public string? Text(string detail) => Details.FirstOrDefault(candidate => candidate.Name == detail).Text;

    /// <summary>The list of the detail of this name; empty when there is none.</summary>
    public ImmutableArray<string> List(string detail) => Details.FirstOrDefault(candidate => candidate.Name == detail).List is { IsDefault: false } list ? list : [];

    public static CheckResult Ok(string reason) => new() { Status = CheckStatus.Ok, Reason = reason };

    public static CheckResult Warning(string cause, string reason) => new() { Status = CheckStatus.Warning, Cause = cause, Reason = reason };

    public static CheckResult Critical(string cause, string reason) => new() { Status = CheckStatus.Critical, Cause = cause, Reason = reason };

    public static CheckResult Unknown(string cause, string reason) => new() { Status = CheckStatus.Unknown, Cause = cause, Reason = reason };

    /// <summary>The optional source is not configured; the reason says how to enable it.</summary>
    public static CheckResult Disabled(string howToEnable) => new() { Status = CheckStatus.Ok, Reason = howToEnable, Enabled = false };
}

/// <summary>One named fact of a result. Exactly one of the values is set.</summary>
public readonly record struct Detail
{
    private Detail(string name, double? number, bool? flag, string? text, ImmutableArray<string> list)
    {
        Name = name;
        Number = number;
        Flag = flag;
        Text = text;
        List = list;
    }

    /// <summary>snake_case, stable: scripts read it.</summary>
    public string Name { get; }

    public double? Number { get; }

    public bool? Flag { get; }

    public string? Text { get; }

    /// <summary>Default (not empty) when the detail is no list.</summary>
    public ImmutableArray<string> List { get; }

    public static Detail Of(string name, double number) => new(name, number, null, null, default);

    public static Detail Of(string name, bool flag) => new(name, null, flag, null, default);

    public static Detail Of(string name, string text) => new(name, null, null, text, default);

    public static Detail Of(string name, ImmutableArray<string> list) => new(name, null, null, null, list);

    /// <summary>ISO 8601, UTC.</summary>
    public static Detail Of(string name, DateTimeOffset time) =>
        new(name, null, null, Moment.Iso(time), default);
}
