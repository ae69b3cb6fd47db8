using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Exporter.Commands;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Exporter.Logging;

using Exporter.Storage;

namespace Exporter.Server;

/// <summary>
/// Writes every step of a healing into <c>logs/failure_point_healing.jsonl</c>. It joins two rooms that must not know each other, Healing
/// and the journals, so it stands where rooms are put together.
/// </summary>
internal sealed class HealingJournal(StorageDirectory storage, WriteFailures failures)
{
    public const string FileName = "failure_point_healing.jsonl";

    private readonly JsonLinesFile _file = new(Path.Combine(storage.Logs, FileName));
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>A handler for <see cref="HealingEngine.Stepped"/>, which raises one step at a time.</summary>
    public void Write(HealingStep step)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", Moment.Iso(step.Timestamp));
            json.WriteNumber("id", step.Id);
            json.WriteNumber("number", step.Number);
            json.WriteString("bot", step.Bot);
            json.WriteString("action", step.Action);
            json.WriteString("target", step.Target);
            json.WriteString("trigger", step.Trigger);
            json.WriteString("step", step.Step);
            json.WriteNumber("attempt", step.Attempt);
            json.WriteString("outcome", step.Outcome);
            json.WriteString("reason", step.Reason);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        try
        {
            _file.Append(_line.WrittenSpan);
        }
        catch (Exception e) when (WriteFailures.Explains(e))
        {
            failures.Report(_file.Path, e);
        }
    }
}
