using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exporter.Configuration;

/// <summary>What came of loading: options that hold to every rule, or all that is wrong at once.</summary>
public abstract record LoadedConfiguration
{
    private LoadedConfiguration()
    {
    }

    public sealed record Valid(ExporterOptions Options) : LoadedConfiguration;

    public sealed record Invalid(ImmutableArray<ConfigurationError> Errors) : LoadedConfiguration;
}

/// <summary>
/// Reads file, environment and command line, in this order of rising precedence. Called again for each reload: nothing is remembered.
/// </summary>
public sealed class ConfigurationLoader(CommandLineOverrides commandLine, IReadOnlyDictionary<string, string> environment)
{
    public string? ConfigFile => commandLine.ConfigFile is null ? null : Path.GetFullPath(commandLine.ConfigFile);

    /// <summary>Also holds the configuration to what a server needs: nobody else may change it, nobody unknown may reach it.</summary>
    public LoadedConfiguration LoadForServer()
    {
        var loaded = Load();
        return loaded is LoadedConfiguration.Valid { Options: var options } && ServerRules.Broken(options, ConfigFile) is { Length: > 0 } broken
            ? new LoadedConfiguration.Invalid(broken)
            : loaded;
    }

    public LoadedConfiguration Load()
    {
        var errors = new List<ConfigurationError>();
        var origins = new Origins { Default = ConfigFile };
        var tree = new JsonObject(OptionsTree.NodeOptions);
        if (ConfigFile is not null)
        {
            if (ConfigurationFile.Read(ConfigFile, errors) is not { } file)
            {
                return new LoadedConfiguration.Invalid([.. errors]);
            }

            tree = file;
        }

        new EnvironmentOverlay(tree, origins, errors).Apply(environment);
        commandLine.Apply(tree, origins);
        var normal = new OptionsReader(origins, errors).Read(tree);
        if (errors.Count > 0)
        {
            return new LoadedConfiguration.Invalid([.. errors]);
        }

        LayCommonChecksUnderEachBot(normal);
        var options = normal.Deserialize(OptionsJsonContext.Default.ExporterOptions)!;
        SectionRules.Check(OptionsTree.Root, options, "", origins, errors);
        ConfigurationRules.Finish(options, name => environment.GetValueOrDefault(name), origins, errors);
        return errors.Count > 0 ? new LoadedConfiguration.Invalid([.. errors]) : new LoadedConfiguration.Valid(options);
    }

    private static void LayCommonChecksUnderEachBot(JsonObject tree)
    {
        if (tree["Checks"] is not JsonObject common || tree["Bots"] is not JsonArray bots)
        {
            return;
        }

        foreach (var bot in bots.OfType<JsonObject>())
        {
            bot["Checks"] = bot["Checks"] is JsonObject own ? Over(common, own) : common.DeepClone();
        }
    }

    private static JsonObject Over(JsonObject below, JsonObject above)
    {
        var result = below.DeepClone().AsObject();
        foreach (var (key, value) in above)
        {
            result[key] = value is JsonObject section && result[key] is JsonObject under ? Over(under, section) : value?.DeepClone();
        }

        return result;
    }
}
