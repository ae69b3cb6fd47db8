using Exporter.Platform;

namespace Exporter.Storage;

/// <summary>
/// A journal of the exporter's own: one JSON object a line, rolled by size so that the monitor cannot fill the disk that it watches.
/// Rolled files are <c>NAME.1</c> (the newest) and so on. Opened for each append, so that it may be moved or removed at any time. Not
/// for use by several threads at once.
/// </summary>
public sealed class JsonLinesFile(string path, long rollAtBytes = JsonLinesFile.DefaultRollAtBytes, int files = JsonLinesFile.DefaultFiles)
{
    public const long DefaultRollAtBytes = 16 * 1024 * 1024;

    /// <summary>With the current one.</summary>
    public const int DefaultFiles = 8;

    private const byte NewLine = (byte)'\n';
    private bool _torn = true;

    public string Path => path;

    /// <summary>
    /// Appends lines, each with its newline at the end, whole or not at all. The first append, and the first one after a failure, cuts off
    /// a torn last line.
    /// </summary>
    /// <exception cref="IOException">They could not be written (the disk is full).</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may they be.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        if (lines.IsEmpty)
        {
            return;
        }

        if (_torn)
        {
            Repair();
        }

        RollIfFull(lines.Length);
        _torn = true;
        using (var file = Open())
        {
            var length = RandomAccess.GetLength(file);
            try
            {
                RandomAccess.Write(file, lines, length);
            }
            catch (IOException)
            {
                // A full disk took a part of it.
                RandomAccess.SetLength(file, length);
                throw;
            }
        }

        _torn = false;
    }

    /// <summary>Cuts off what a crash or a full disk left of a last line. A file that is not there is well.</summary>
    /// <returns>How many bytes were cut off.</returns>
    /// <exception cref="IOException">The file cannot be read or cut.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public long Repair()
    {
        if (!File.Exists(path))
        {
            _torn = false;
            return 0;
        }

        RefuseWhatWaits();

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var whole = EndOfLastLine(file, length);
        if (whole < length)
        {
            RandomAccess.SetLength(file, whole);
        }

        _torn = false;
        return length - whole;
    }

    private static long EndOfLastLine(Microsoft.Win32.SafeHandles.SafeFileHandle file, long length)
    {
        Span<byte> block = stackalloc byte[4096];
        while (length > 0)
        {
            var start = Math.Max(0, length - block.Length);
            var read = RandomAccess.Read(file, block[..(int)(length - start)], start);
            var newLine = block[..read].LastIndexOf(NewLine);
            if (newLine >= 0)
            {
                return start + newLine + 1;
            }

            length = start;
        }

        return 0;
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open()
    {
        try
        {
            return OpenOrCreate();
        }
        catch (DirectoryNotFoundException)
        {
            StorageDirectory.MakeInside(System.IO.Path.GetDirectoryName(path)!);
            return OpenOrCreate();
        }
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle OpenOrCreate()
    {
        RefuseWhatWaits();
        // Readers follow with tail -f: they may also delete or rename.
        var created = !File.Exists(path);
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        if (created)
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }

    /// <summary>To open a FIFO is to wait for whoever reads it.</summary>
    private void RefuseWhatWaits()
    {
        if (Posix.LookThroughLinks(path) is { IsRegular: false })
            throw new IOException($"{path} is no regular file; move it away.");
    }

    private void RollIfFull(int more)
    {
        var current = new FileInfo(path);
        if (!current.Exists || current.Length == 0 || current.Length + more <= rollAtBytes)
        {
            return;
        }

        for (var i = files - 1; i > 0; i--)
        {
            var from = i == 1 ? path : $"{path}.{i - 1}";
            if (File.Exists(from))
            {
                File.Move(from, $"{path}.{i}", overwrite: true);
            }
        }

        if (files == 1)
        {
            File.Delete(path);
        }
    }
}
