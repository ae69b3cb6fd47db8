using System.Text.RegularExpressions;

namespace Demo.Loop;

/// <summary>
/// The repository's own Prometheus and Alertmanager files, copied with nothing but addresses, the token's place and intervals changed.
/// A file that no longer holds what is replaced stops the loop: silence would run something else than the repository.
/// </summary>
internal static partial class LoopFiles
{
    // The one threshold that is a waiting time: so long may Alertmanager's heartbeat be missing.
    private const string Silence = "tradingbot_watchdog_last_received_timestamp_seconds:held > ";
    private static readonly TimeSpan SilenceInEarnest = TimeSpan.FromMinutes(5);

    public static string CopyPrometheus(string repository, string target, LoopPace pace, Uri exporter, Uri alertmanager)
    {
        var rules = Path.Combine(target, "rules");
        Directory.CreateDirectory(rules);
        foreach (var rule in Directory.EnumerateFiles(Path.Combine(repository, "prometheus", "rules"), "*.yml"))
        {
            var content = pace.Shrink(File.ReadAllText(rule));
            if (Path.GetFileName(rule) == "healing.yml")
            {
                content = Replace(content, $"{Silence}{SilenceInEarnest.TotalSeconds:0}", $"{Silence}{pace.ShrinkLookBack(SilenceInEarnest).TotalSeconds:0}");
            }

            File.WriteAllText(Path.Combine(rules, Path.GetFileName(rule)), content);
        }

        var config = Path.Combine(target, "prometheus.yml");
        var text = pace.Shrink(File.ReadAllText(Path.Combine(repository, "prometheus", "prometheus.yml")));
        text = Replace(text, "exporter:10042", exporter.Authority);
        text = Replace(text, "alertmanager:9093", alertmanager.Authority);
        File.WriteAllText(config, text);
        return config;
    }

    /// <param name="pages">Where pages go; null leaves the harmless default, which tells nobody.</param>
    public static string CopyAlertmanager(string repository, string target, LoopPace pace, Uri exporter, string tokenFile, Uri? pages)
    {
        var templates = Path.Combine(target, "templates");
        Directory.CreateDirectory(templates);
        foreach (var template in Directory.EnumerateFiles(Path.Combine(repository, "alertmanager", "templates")))
        {
            File.Copy(template, Path.Combine(templates, Path.GetFileName(template)), overwrite: true);
        }

        var config = Path.Combine(target, "alertmanager.yml");
        var text = pace.Shrink(File.ReadAllText(Path.Combine(repository, "alertmanager", "alertmanager.yml")));
        text = Replace(text, "http://exporter:10042/heal", new Uri(exporter, "/heal").ToString());
        text = Replace(text, "/run/secrets/heal_token", tokenFile);
        if (pages is not null)
        {
            text = PageReceiver().Replace(text, $"$0\n    webhook_configs:\n      - url: {pages}\n        send_resolved: true", 1);
        }

        File.WriteAllText(config, text);
        return config;
    }

    private static string Replace(string text, string what, string with) =>
        text.Contains(what, StringComparison.Ordinal)
            ? text.Replace(what, with, StringComparison.Ordinal)
            : throw new InvalidDataException($"The repository's file no longer holds {what}, which the demo replaces.");

    [GeneratedRegex("^  - name: page$", RegexOptions.Multiline)]
    private static partial Regex PageReceiver();
}
