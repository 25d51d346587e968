namespace RepoHost.Hosting;

/// <summary>The one fault of the disk that has an answer of its own.</summary>
internal static class DiskFull
{
    public const string Sentence = "The server's disk is full. Nothing was changed.";

    // ENOSPC and EDQUOT on Linux, ERROR_DISK_FULL on Windows.
    private static readonly int[] Codes = [28, 122, unchecked((int)0x80070070)];

    public static bool Is(IOException exception) => Codes.Contains(exception.HResult);
}
