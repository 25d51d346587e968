namespace RepoHost.EndToEnd.Support;

/// <summary>A file system of a few megabytes in memory, mounted on a fresh folder.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public string Location => folder.File("disk");

    private string Ballast => Path.Combine(Location, "ballast");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        Directory.CreateDirectory(disk.Location);
        var mounted = await ChildProgram.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Location]);
        return mounted.ExitCode == 0 ? disk : throw new InvalidOperationException($"mount: {mounted}");
    }

    /// <summary>Takes up the room, but for so many bytes.</summary>
    public async Task FillAsync(long leave)
    {
        var room = new DriveInfo(Location).AvailableFreeSpace - leave;
        await using var ballast = new FileStream(Ballast, FileMode.CreateNew);
        var block = new byte[64 * 1024];
        for (; room >= block.Length; room -= block.Length)
            await ballast.WriteAsync(block);
    }

    public void Empty() => File.Delete(Ballast);

    public void Dispose()
    {
        ChildProgram.RunAsync("umount", [Location]).GetAwaiter().GetResult();
        folder.Dispose();
    }
}
