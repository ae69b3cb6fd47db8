namespace Exporter.Bots.Files;

/// <summary>Turns a JSON document into a value; the reader stands before its first token, and may be left anywhere behind it.</summary>
internal delegate Parsed<T> JsonParser<T>(ref JsonStream json);

/// <summary>What a parser made of valid JSON: the value, or what the value needs and the document lacks.</summary>
internal readonly record struct Parsed<T>
{
    private Parsed(T? value, string? lack)
    {
        Value = value;
        Lack = lack;
    }

    public T? Value { get; }

    /// <summary>Completes the sentence "FILE …"; null when there is a value.</summary>
    public string? Lack { get; }

    public static Parsed<T> Of(T value) => new(value, null);

    public static Parsed<T> Lacks(string lack) => new(default, lack);
}
