using Microsoft.Extensions.Options;
using MimeKit;
using RepoHost.Hosting;
using RepoHost.Storage;

namespace RepoHost.Notifications;

/// <summary>
/// Mails as <c>.eml</c> files in <c>{DataDirectory}/mail</c>: to be read, or picked up by another program. A file is whole from the moment it has its name, and the
/// name is the mail's own, so that a mail which is sent again after a crash is still one file.
/// </summary>
internal sealed class PickupFolder(IOptions<RepoHostOptions> options) : IMailTransport, IMailSession
{
    private readonly string folder = Path.Combine(Path.GetFullPath(options.Value.DataDirectory), "mail");

    public string Description => $"files in {folder}";

    public IMailSession Start() => this;

    public async Task<MailFailure?> SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        try
        {
            CreateFolder();
            var path = Path.Combine(folder, FileName(message));
            var temporary = $"{path}.{Guid.NewGuid():N}.new";
            await WriteAsync(message, temporary);
            File.Move(temporary, path, overwrite: true);
            DurableFolder.Flush(folder);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new(MailFailureExtent.Server, "file", $"The file could not be written: {fault.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The part of the message id before the <c>@</c>, which is made of letters, digits, dots and dashes.</summary>
    private static string FileName(MimeMessage message) => message.MessageId!.Split('@')[0] + ".eml";

    private static async Task WriteAsync(MimeMessage message, string path)
    {
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using var file = new FileStream(path, create);
            await message.WriteToAsync(file, CancellationToken.None);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Mails name people and hold reset links: nobody else on the machine reads them.</summary>
    private void CreateFolder()
    {
        if (Directory.Exists(folder))
            return;
        DurableFolder.Create(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
