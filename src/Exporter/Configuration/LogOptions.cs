using System.ComponentModel;

namespace Exporter.Configuration;

/// <summary>The exporter's own log, on standard error.</summary>
public sealed class LogOptions
{
    [Description("Least severe level that is written.")]
    public LogLevelName Level { get; set; } = LogLevelName.Info;

    [Description("Format of a line.")]
    public LogFormat Format { get; set; } = LogFormat.Logfmt;
}

/// <summary>Levels by the names that Prometheus' programs use.</summary>
public enum LogLevelName
{
    Debug,
    Info,
    Warn,
    Error,
}

public enum LogFormat
{
    Logfmt,
    Json,
}
