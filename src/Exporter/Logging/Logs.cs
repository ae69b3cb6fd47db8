using Exporter.Commands;
using Exporter.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

using Microsoft.Extensions.Logging.Console;

namespace Exporter.Logging;

/// <summary>The exporter's own log: structured lines on standard error.</summary>
internal static class Logs
{
    public static void Configure(ILoggingBuilder logging, LogOptions options)
    {
        var level = options.Level switch
        {
            LogLevelName.Debug => LogLevel.Debug,
            LogLevelName.Info => LogLevel.Information,
            LogLevelName.Warn => LogLevel.Warning,
            _ => LogLevel.Error,
        };
        logging.SetMinimumLevel(level);
        // The libraries' chatter (each HTTP call, each connection) is for whoever debugs.
        var libraries = level == LogLevel.Debug ? LogLevel.Information : LogLevel.Warning;
        logging.AddFilter("Microsoft", libraries).AddFilter("System", libraries).AddFilter("Polly", libraries);
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ConsoleFormatter, LineFormatter.Logfmt>());
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ConsoleFormatter, LineFormatter.Json>());
        logging.AddConsole(console =>
        {
            console.FormatterName = options.Format == LogFormat.Json ? LineFormatter.Json.FormatName : LineFormatter.Logfmt.FormatName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    }
}
