using System.Text.RegularExpressions;
using Demo.Loop;
using YamlDotNet.RepresentationModel;

namespace Exporter.EndToEnd.Loop;

/// <summary>
/// docker-compose.yml without Docker: each service has a loopback address of its own in place of a container's, the files that it
/// mounts, and the command that it is given. Names and paths of the containers are replaced by these, in commands and files alike.
/// </summary>
internal sealed class ComposedServices
{
    private readonly TemporaryDirectory _directory;
    private readonly YamlMappingNode _compose;
    private readonly string _network;

    public ComposedServices(TemporaryDirectory directory)
    {
        _directory = directory;
        var yaml = new YamlStream();
        using var reader = new StreamReader(Path.Combine(Programs.Repository, "docker-compose.yml"));
        yaml.Load(reader);
        _compose = (YamlMappingNode)yaml.Documents[0].RootNode;
        // 127.0.0.0/8 is all ours: a network that nobody else on this machine is likely to have drawn.
        _network = $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(0, 256)}";
        foreach (var secret in Keys(_compose["secrets"]))
        {
            Directory.CreateDirectory(directory["secrets"]);
            File.WriteAllText(Secret(secret), Guid.NewGuid().ToString("N"));
        }
    }

    /// <summary>The service's address: what its name resolves to for the others.</summary>
    public string Address(string service) => $"{_network}.{Keys(_compose["services"]).ToList().IndexOf(service) + 1}";

    /// <summary>The command of a service, as it would be given in its container.</summary>
    public IReadOnlyList<string> Command(string service) =>
    [
        .. ((YamlSequenceNode)_compose["services"][service]["command"]).Select(argument =>
            ToHost(service, argument.ToString()).Replace("0.0.0.0", Address(service), StringComparison.Ordinal)),
    ];

    /// <summary>A command's argument with the container's paths replaced, whole names only and in one go: what has been put in is not looked at again.</summary>
    private string ToHost(string service, string argument)
    {
        var mounts = Mounts(service).OrderByDescending(mount => mount.Inside.Length).ToArray();
        var inside = string.Join('|', mounts.Select(mount => Regex.Escape(mount.Inside)));
        return Regex.Replace(argument, $"({inside})(?=/|$)", match => mounts.Single(mount => mount.Inside == match.Value).Outside);
    }

    private IEnumerable<(string Inside, string Outside)> Mounts(string service)
    {
        foreach (var volume in (YamlSequenceNode)_compose["services"][service]["volumes"])
        {
            var parts = volume.ToString().Split(':');
            yield return (parts[1], parts[0].StartsWith("./", StringComparison.Ordinal) ? Copied(service, parts[0]) : Volume(parts[0]));
        }

        if (((YamlMappingNode)_compose["services"][service]).Children.TryGetValue("secrets", out var secrets))
        {
            foreach (var secret in (YamlSequenceNode)secrets)
            {
                yield return ($"/run/secrets/{secret}", Secret(secret.ToString()));
            }
        }
    }

    private string Volume(string name) => Directory.CreateDirectory(_directory[$"volumes/{name}"]).FullName;

    private string Secret(string name) => _directory[$"secrets/{name}"];

    /// <summary>A file or directory of the repository, copied with the others' addresses in place of their names.</summary>
    private string Copied(string service, string source)
    {
        var from = Path.GetFullPath(Path.Combine(Programs.Repository, source));
        var to = _directory[$"mounts/{service}/{source[2..]}"];
        if (Path.Exists(to))
        {
            return to;
        }

        var files = Directory.Exists(from) ? Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories) : [from];
        foreach (var file in files)
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file) is "." ? "" : Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            var text = File.ReadAllText(file);
            foreach (var other in Keys(_compose["services"]))
            {
                text = text.Replace($"{other}:", $"{Address(other)}:", StringComparison.Ordinal);
            }

            foreach (var secret in Keys(_compose["secrets"]))
            {
                text = text.Replace($"/run/secrets/{secret}", Secret(secret), StringComparison.Ordinal);
            }

            File.WriteAllText(copy, text.Replace("\"/bot\"", $"\"{Volume("bot")}\"", StringComparison.Ordinal));
        }

        return to;
    }

    private static IEnumerable<string> Keys(YamlNode node) => ((YamlMappingNode)node).Children.Keys.Select(key => key.ToString());
}
