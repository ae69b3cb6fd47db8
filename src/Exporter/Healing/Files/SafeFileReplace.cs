using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Healing.Files;

/// <summary>
/// Puts a file in place in a bot's directory, atomically, and only if it is still the file that was judged. Bots write with
/// open-truncate-write or with a rename of their own; whichever they do while this runs, their version is the one that stays.
/// </summary>
/// <param name="step">Called between the steps, by name: tests act as the bot there.</param>
/// <param name="canExchange">False: behave as on a file system that cannot exchange two names (NFS, older ZFS).</param>
internal sealed class SafeFileReplace(Action<string>? step = null, bool canExchange = true)
{
    /// <summary>A configuration or switch larger than this is no such thing.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>A bot may glob its own <c>*.json</c>: no other name in its directory ends so.</summary>
    public const string NewSuffix = ".exporter-new";

    public const string OldSuffix = ".exporter-old";

    public FileOutcome Replace(FileReplacement file)
    {
        using var directory = GuardedDirectory.Open(file.Root, file.Path, out var refusal);
        if (directory is null)
            return new FileOutcome.Refused(refusal!);
        step?.Invoke("directory opened");
        Leftovers.Mend(directory.Handle, Path.GetFileName(file.Path), file.MayStand, _ => { });
        var attempt = new Attempt(file, directory, step, canExchange);
        try
        {
            return attempt.Run();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileOutcome.Failed($"{file.Path} was left as it is: {e.Message}");
        }
        finally
        {
            attempt.CleanUp();
        }
    }

    /// <summary>The state of one call: which of its two temporary names exist.</summary>
    private sealed class Attempt(FileReplacement file, GuardedDirectory directory, Action<string>? step, bool canExchange)
    {
        private readonly string _name = Path.GetFileName(file.Path);
        private readonly string _stem = $".{Path.GetFileName(file.Path)}.{Path.GetRandomFileName()}";
        private bool _newExists;
        private bool _oldExists;

        private string New => _stem + NewSuffix;

        private string Old => _stem + OldSuffix;

        private SafeFileHandle Handle => directory.Handle;

        public FileOutcome Run()
        {
            using var old = Posix.OpenFile(Handle, _name);
            var openError = old is null ? Posix.LastError : 0;
            var before = Posix.Look(Handle, _name);
            if (directory.WhyNotReplace(_name, before) is { } rule)
                return new FileOutcome.Refused(rule);
            if (old is null && openError != Errno.NoEntry)
                return new FileOutcome.Refused($"{file.Path} cannot be read: {Posix.Message(openError)}.");
            if (before?.Identity != file.Expected || (old is null) != (before is null) || (old is not null && !IsStill(old)))
                return Moved();

            var content = old is null ? [] : Read(old);
            if (Decide(content, out var replacement) is { } why)
                return why;
            if (old is not null)
                file.Backup(content);
            step?.Invoke("backed up");

            Write(replacement, before, old);
            step?.Invoke("written");
            if (old is not null && !KeepOld())
                return Moved();
            step?.Invoke("linked");

            // The last look: by name, by inode, by content, and whether somebody is about to write.
            if (Posix.Look(Handle, _name)?.Identity != file.Expected || (old is not null && !Unwritten(old, content)))
                return Moved();
            if (Decide(content, out var again) is { } changed)
                return changed;
            if (!again.Span.SequenceEqual(replacement.Span))
                return Moved();
            step?.Invoke("compared");
            return old is null ? PutWhereNothingWas() : PutInPlaceOf(old, content);
        }

        public void CleanUp()
        {
            if (_newExists)
                Posix.Unlink(Handle, New);
            if (_oldExists)
                Posix.Unlink(Handle, Old);
            if (_newExists || _oldExists)
                Posix.Flush(Handle);
        }

        private FileOutcome PutWhereNothingWas()
        {
            // Without RENAME_NOREPLACE a hard link does the same: it never takes the place of a name that exists.
            var put = canExchange && Posix.Rename(Handle, New, _name, Posix.RenameNoReplace);
            if (put)
                _newExists = false;
            else if (!Posix.Link(Handle, New, _name))
                return Posix.LastError == Errno.Exists ? Moved() : Failed("put in place");
            step?.Invoke("swapped");
            Posix.Flush(Handle);
            return new FileOutcome.Written();
        }

        private FileOutcome PutInPlaceOf(SafeFileHandle old, byte[] content)
        {
            var ours = Posix.Look(Handle, New)!.Value.Identity;
            var exchanged = canExchange && Posix.Rename(Handle, New, _name, Posix.RenameExchange);
            if (!exchanged)
            {
                if (canExchange && Posix.LastError is not (Errno.InvalidArgument or Errno.NoSuchCall or Errno.NotSupported))
                    return Failed("put in place");
                if (!Posix.Rename(Handle, New, _name, 0))
                    return Failed("put in place");
                _newExists = false;
            }

            step?.Invoke("swapped");
            Posix.Flush(Handle);
            // Once more: a bot that had opened the file before, or put another one there by a rename of its own, wrote last.
            var displaced = exchanged ? Posix.Look(Handle, New)?.Identity : file.Expected;
            if (displaced == file.Expected && Unwritten(old, content))
                return new FileOutcome.Written();
            // It may have written again, this time to the new file: then that stands.
            if (Posix.Look(Handle, _name)?.Identity == ours && !PutBack(exchanged))
            {
                // Both names stay, so that the next attempt finds what the bot wrote.
                var failure = Failed("put back");
                (_newExists, _oldExists) = (false, false);
                return failure;
            }

            step?.Invoke("put back");
            return Moved();
        }

        private bool PutBack(bool exchanged)
        {
            var back = exchanged
                ? Posix.Rename(Handle, New, _name, Posix.RenameExchange)
                : Posix.Rename(Handle, Old, _name, 0);
            _oldExists &= exchanged || !back;
            Posix.Flush(Handle);
            return back;
        }

        private FileOutcome.Moved? Decide(byte[] content, out ReadOnlyMemory<byte> replacement)
        {
            var rewrite = file.Decide(content);
            replacement = rewrite.Content;
            return rewrite.WhyNot is { } why ? new FileOutcome.Moved(why) : null;
        }

        /// <summary>A second name for the old file, so that what the bot still writes to it can be found again, also after a crash.</summary>
        private bool KeepOld()
        {
            if (!Posix.Link(Handle, _name, Old))
                return Posix.LastError == Errno.NoEntry ? false : throw Error("kept under a second name");
            _oldExists = true;
            return Posix.Look(Handle, Old)?.Identity == file.Expected;
        }

        private void Write(ReadOnlyMemory<byte> content, FileFacts? before, SafeFileHandle? old)
        {
            using var temporary = Posix.CreateFile(Handle, New) ?? throw Error("written beside");
            _newExists = true;
            RandomAccess.Write(temporary, content.Span, 0);
            // The mode last, for chown may take bits of it away.
            if (before is { } facts && Posix.Look(temporary)?.Group != facts.Group && !Posix.SetGroup(temporary, facts.Group))
                throw Error("given its group");
            if (!Posix.SetMode(temporary, before?.Permissions ?? file.NewMode))
                throw Error("written beside");
            // The bot may read its file by an access control list only.
            if (old is not null && ExtendedAttributes.Copy(old, temporary) is { } lost)
                throw Error($"given its attribute {lost}");
            if (!Posix.Flush(temporary))
                throw Error("written beside");
        }

        private bool IsStill(SafeFileHandle old) => Posix.Look(old)?.Identity == file.Expected;

        private bool Unwritten(SafeFileHandle old, byte[] content) =>
            Posix.HasWriter(old) != true && IsStill(old) && Read(old).AsSpan().SequenceEqual(content);

        private static byte[] Read(SafeFileHandle handle)
        {
            var length = RandomAccess.GetLength(handle);
            if (length > MaxBytes)
                throw new IOException($"it is larger than {MaxBytes / (1024 * 1024)} MiB.");
            var buffer = new byte[length];
            var read = 0;
            while (read < buffer.Length && RandomAccess.Read(handle, buffer.AsSpan(read), read) is > 0 and var more)
                read += more;
            return read == buffer.Length ? buffer : buffer[..read];
        }

        private FileOutcome Moved() => directory.WhyNotReplace(_name, Posix.Look(Handle, _name)) is { } rule
            ? new FileOutcome.Refused(rule)
            : new FileOutcome.Moved($"{file.Path} was written by somebody else meanwhile; that version stands.");

        private FileOutcome.Failed Failed(string what) => new($"{file.Path} could not be {what}: {Posix.Message(Posix.LastError)}.");

        private IOException Error(string what) => new($"{Path.GetFileName(file.Path)} could not be {what}: {Posix.Message(Posix.LastError)}.");
    }
}
