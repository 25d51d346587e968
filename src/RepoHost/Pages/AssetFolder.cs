using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace RepoHost.Pages;

/// <summary>The assets as they lie below the site's root, where <c>asp-append-version</c> looks for the file behind an address.</summary>
internal sealed class AssetFolder(string path, IFileProvider files) : IFileProvider
{
    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IFileInfo GetFileInfo(string subpath)
    {
        var asked = "/" + subpath.TrimStart('/');
        return asked.StartsWith(path + "/", StringComparison.Ordinal) ? files.GetFileInfo(asked[(path.Length + 1)..]) : new NotFoundFileInfo(subpath);
    }

    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;
}
