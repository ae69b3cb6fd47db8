using System.CommandLine;
using Exporter.Configuration;
using Exporter.Storage;

namespace Exporter.Commands;

/// <summary><c>serve</c>, which is also what the program does when no verb is given.</summary>
internal static class Serve
{
    public static Command Create(Flags flags, Shell shell)
    {
        var command = new Command("serve", "Watch bots and answer scrapes until stopped. The default.");
        Configure(command, flags, shell);
        return command;
    }

    public static void Configure(Command command, Flags flags, Shell shell)
    {
        flags.AddServerTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(flags.Read(parsed), shell, cancellation));
    }

    private static async Task<int> RunAsync(CommandLineOverrides overrides, Shell shell, CancellationToken cancellation)
    {
        var loader = new ConfigurationLoader(overrides, shell.Environment);
        var loaded = loader.Load();
        if (loaded is LoadedConfiguration.Valid { Options: var found } && ServerRules.Broken(found, loader.ConfigFile) is { Length: > 0 } broken)
        {
            loaded = new LoadedConfiguration.Invalid(broken);
        }

        if (loaded is not LoadedConfiguration.Valid { Options: var options })
        {
            return Config.Report(((LoadedConfiguration.Invalid)loaded).Errors, shell);
        }

        try
        {
            using var storage = StorageDirectory.Open(options.Storage.Path!);
            await using var server = Composition.Server(options, loader, storage, shell);
            await server.RunAsync(cancellation);
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is StorageException or IOException)
        {
            // Kestrel says "Failed to bind to address …: address already in use" as an IOException.
            await shell.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failure;
        }
    }
}
