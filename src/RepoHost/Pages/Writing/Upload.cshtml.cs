using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Pages.Files;

namespace RepoHost.Pages.Writing;

/// <summary>
/// Puts files into a folder of a branch. With script they go up one by one, large ones to LFS, by the same routes that the Hub's clients use; without, the form
/// brings them all at once, which has a bound.
/// </summary>
[PageAccess(RouteAccess.Write, LargestPost = LargestForm)]
internal sealed class UploadModel(PageCommits commits, IOptions<UploadOptions> options) : WritingPage(commits)
{
    /// <summary>What a form may bring, its own text included; a smaller Uploads:InlineBytes holds as well.</summary>
    public const long LargestForm = 257_000_000;

    private const long LargestFiles = 256_000_000;
    private const int MostFiles = 1000;

    public override string UsualSummary => Request.HasFormContentType && Request.Form.Files is [var only] ? $"Upload {OneLine(only.FileName)}" : "Upload files";

    /// <summary>How much all files of the form may have together.</summary>
    public long Most => Math.Min(LargestFiles, options.Value.InlineBytes);

    public string Folder => FilePath.Value;

    public IActionResult OnGet() => FindBranch() ?? Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (FindBranch() is { } missing)
            return missing;

        var files = Request.Form.Files.Where(file => file.FileName.Length > 0).ToList();
        List<CommitOperation> operations = [];
        foreach (var file in files)
        {
            if (FileFault(file, out var path) is { } fault)
                ModelState.AddModelError("files", fault);
            else
                operations.Add(new PutFile(path, file.Length, file.OpenReadStream));
        }

        if (files.Count == 0)
            ModelState.AddModelError("files", "Choose one file at least.");
        if (files.Count > MostFiles)
            ModelState.AddModelError("files", string.Create(CultureInfo.InvariantCulture, $"Choose {MostFiles} files at most."));
        if (files.Sum(file => file.Length) > Most)
            ModelState.AddModelError("files", $"All files together may have {ByteCount.Of(Most)}. Larger ones can be uploaded with a browser that runs scripts, with git or with a client.");
        if (!ModelState.IsValid || await CommitAsync(null, operations) is null)
            return Page();

        return new SeeOtherResult(Links.Tree(Record, Branch!, Folder));
    }

    private string? FileFault(IFormFile file, out TreePath path)
    {
        // A browser that sends a folder names its files with their way in it.
        var name = Folder.Length == 0 ? file.FileName : $"{Folder}/{file.FileName}";
        return CommitPath.TryParse(name, out path, out var fault) ? null : $"\"{VisibleText.Of(OneLine(file.FileName))}\" can't be a file's name here: {fault}.";
    }

    private static string OneLine(string name) => string.Concat(name.Take(200).Where(c => !char.IsControl(c)));
}
