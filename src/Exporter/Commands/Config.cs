using System.CommandLine;
using Exporter.Bots;
using Exporter.Configuration;
using Exporter.Terminal;

namespace Exporter.Commands;

/// <summary><c>config validate|print|schema</c>.</summary>
internal static class Config
{
    public static Command Create(Flags flags, Shell shell)
    {
        var validate = new Command("validate", "Say everything that is wrong with a configuration, or that it is good.");
        flags.AddServerTo(validate);
        validate.SetAction((parsed, cancellation) => ValidateAsync(flags.Read(parsed), shell, cancellation));

        var print = new Command("print", "Print the effective configuration, defaults included, secrets masked.");
        flags.AddServerTo(print);
        print.SetAction(parsed => Print(flags.Read(parsed), shell));

        var markdown = new Option<bool>("--markdown") { Description = "As a page for people: docs/configuration.md." };
        var schema = new Command("schema", "Print the JSON schema of the configuration file, for editors.") { markdown };
        schema.SetAction(parsed => Schema(parsed.GetValue(markdown), shell));

        return new Command("config", "Validate, print or describe the configuration.") { validate, print, schema };
    }

    /// <summary>Writes every error on a line of its own and returns the exit code for them.</summary>
    public static int Report(IEnumerable<ConfigurationError> errors, Shell shell)
    {
        shell.Error.WriteLine(Sentences(errors));
        return ExitCodes.Configuration;
    }

    /// <summary>Says of each bot that no kind recognises what was looked for and what to type, and returns the exit code for it.</summary>
    public static int NotRecognised(IReadOnlyDictionary<string, BotFinding> findings, Shell shell)
    {
        foreach (var (name, finding) in findings.Where(found => found.Value.Kind is null).OrderBy(found => found.Key, StringComparer.Ordinal))
        {
            shell.Error.WriteLine($"{name}: {string.Join("\n  ", finding.Sentences)}");
        }

        return ExitCodes.Configuration;
    }

    public static string Sentences(IEnumerable<ConfigurationError> errors) =>
        string.Join('\n', errors.Select(error => $"  {Plain.Text(error.ToString())}").Prepend("The configuration is wrong:"));

    private static async Task<int> ValidateAsync(CommandLineOverrides overrides, Shell shell, CancellationToken cancellation)
    {
        switch (new ConfigurationLoader(overrides, shell.Environment).LoadForServer())
        {
            case LoadedConfiguration.Valid { Options: var options }:
                var findings = await BotKinds.LookAllAsync(options.Bots, cancellation);
                if (findings.Values.Any(finding => finding.Kind is null))
                {
                    return NotRecognised(findings, shell);
                }

                foreach (var (name, finding) in findings.OrderBy(found => found.Key, StringComparer.Ordinal))
                {
                    shell.Output.WriteLine(Plain.Text($"{name}: {string.Join(' ', finding.Sentences)}"));
                }

                shell.Output.WriteLine($"The configuration is good: {options.Bots.Count} {(options.Bots.Count == 1 ? "bot" : "bots")}.");
                return ExitCodes.Success;
            case LoadedConfiguration.Invalid { Errors: var errors }:
                return Report(errors, shell);
            default:
                throw new InvalidOperationException("A configuration is valid or it is not.");
        }
    }

    private static int Print(CommandLineOverrides overrides, Shell shell)
    {
        switch (new ConfigurationLoader(overrides, shell.Environment).Load())
        {
            case LoadedConfiguration.Valid { Options: var options }:
                shell.Output.WriteLine(EffectiveConfiguration.Print(options));
                return ExitCodes.Success;
            case LoadedConfiguration.Invalid { Errors: var errors }:
                return Report(errors, shell);
            default:
                throw new InvalidOperationException("A configuration is valid or it is not.");
        }
    }

    private static int Schema(bool markdown, Shell shell)
    {
        if (markdown)
        {
            shell.Output.Write(ConfigurationPage.Markdown());
        }
        else
        {
            shell.Output.WriteLine(ConfigurationSchema.Create().ToJsonString(OptionsJsonContext.Default.Options));
        }

        return ExitCodes.Success;
    }
}
