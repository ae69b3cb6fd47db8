namespace Exporter.Platform;

/// <summary>What the kernel answers instead of doing it, on Linux.</summary>
internal static class Errno
{
    public const int NotPermitted = 1; // EPERM
    public const int NoEntry = 2; // ENOENT
    public const int NoDevice = 6; // ENXIO, from opening a socket
    public const int TryAgain = 11; // EAGAIN
    public const int AccessDenied = 13; // EACCES
    public const int Exists = 17; // EEXIST
    public const int NotADirectory = 20; // ENOTDIR
    public const int InvalidArgument = 22; // EINVAL
    public const int ReadOnlyFileSystem = 30; // EROFS
    public const int NoSuchCall = 38; // ENOSYS
    public const int TooManyLinks = 40; // ELOOP, what O_NOFOLLOW answers for a link
    public const int NoAttribute = 61; // ENODATA
    public const int NotSupported = 95; // EOPNOTSUPP
}
