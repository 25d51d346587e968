using System.Diagnostics;
using Xunit;

namespace RepoHost.Tests.Hosting;

/// <summary>A file system of a few megabytes over a folder, which can be filled to its last byte and made read-only. It needs the right to mount, by sudo if need be.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly bool bySudo;

    private SmallDisk(string folder, bool bySudo) => (Folder, this.bySudo) = (folder, bySudo);

    public string Folder { get; }

    /// <summary>Skips the test where nothing may be mounted, and fails it in CI.</summary>
    public static SmallDisk Mount(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        foreach (var bySudo in (bool[])[false, true])
        {
            if (Run(bySudo, "mount", "-t", "tmpfs", "-o", $"size={size},mode=0777", "tmpfs", folder))
                return new(folder, bySudo);
        }

        const string reason = "No file system may be mounted here: run the tests as root, or with sudo that asks for no password.";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
        throw new UnreachableException();
    }

    /// <summary>Not one byte is left until the result is disposed.</summary>
    public IDisposable Fill() => new Filling(Path.Combine(Folder, "filling"));

    public void MakeReadOnly() => Assert.True(Run(bySudo, "mount", "-o", "remount,ro", Folder));

    public void Dispose() => Run(bySudo, "umount", "-l", Folder);

    private static bool Run(bool bySudo, params string[] words)
    {
        try
        {
            var start = bySudo ? new ProcessStartInfo("sudo", ["-n", .. words]) : new ProcessStartInfo(words[0], words[1..]);
            start.RedirectStandardError = start.RedirectStandardOutput = true;
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed class Filling : IDisposable
    {
        private readonly string file;

        public Filling(string file)
        {
            this.file = file;
            using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 0);
            foreach (var size in (int[])[1 << 20, 4096, 1])
            {
                try
                {
                    for (var block = new byte[size]; ;)
                        stream.Write(block);
                }
                catch (IOException)
                {
                    // Full for blocks of this size.
                }
            }
        }

        public void Dispose() => File.Delete(file);
    }
}
