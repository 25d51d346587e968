namespace RepoHost.Storage;

internal sealed class StorageOptions
{
    /// <summary>Folder of the content-addressed files. No default: it lies in the data directory.</summary>
    public string RootFolder { get; set; } = "";

    /// <summary>How many files are kept open for the next reader.</summary>
    public int OpenFiles { get; set; } = 256;
}
