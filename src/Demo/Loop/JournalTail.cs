using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Demo.Loop;

/// <summary>Follows a JSON-lines file from where it was last read, as <c>tail -F</c> does. The file need not exist yet.</summary>
internal sealed class JournalTail(string path)
{
    private long _offset;
    private string _rest = "";

    /// <summary>The lines that are whole and new.</summary>
    public IEnumerable<JsonObject> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length < _offset)
        {
            (_offset, _rest) = (0, "");
        }

        file.Position = _offset;
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = _rest + reader.ReadToEnd();
        _offset = file.Position;
        var lines = text.Split('\n');
        _rest = lines[^1];
        return [.. lines[..^1].Select(Parse).OfType<JsonObject>()];
    }

    private static JsonNode? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            // The torn last line of an exporter that was killed; it repairs the file when it starts again.
            return null;
        }
    }
}
