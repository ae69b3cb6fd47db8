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
        validate.SetAction(parsed => Validate(flags.Read(parsed), shell));

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

    public static string Sentences(IEnumerable<ConfigurationError> errors) =>
        string.Join('\n', errors.Select(error => $"  {Plain.Text(error.ToString())}").Prepend("The configuration is wrong:"));

    private static int Validate(CommandLineOverrides overrides, Shell shell)
    {
        switch (new ConfigurationLoader(overrides, shell.Environment).LoadForServer())
        {
            case LoadedConfiguration.Valid { Options: var options }:
                foreach (var created in options.Bots.Select(BotAdapters.Create).OfType<BotCreation.Created>().Where(created => created.Layout.Verdict != LayoutVerdict.Recognised))
                {
                    shell.Output.WriteLine($"{Plain.Text(created.Bot.Name)}: {Plain.Text(string.Join(' ', created.Layout.Sentences))}");
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
