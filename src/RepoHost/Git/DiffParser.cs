using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace RepoHost.Git;

/// <summary>
/// Reads what <c>git diff-tree -z --raw -p</c> writes: the list of changed files, then the patches in the same order. Names are taken from the list only, where
/// nothing is quoted; which lines are content is told by the counts of each hunk's head, never by what the lines look like.
/// </summary>
internal sealed class DiffParser(GitOid? parent, DiffLimits limits)
{
    private const string NoFile = "000000";

    private readonly List<FileChange> files = [];
    private int fileCount;
    private int at = -1;
    private int sections;
    private int lines;
    private long characters;
    private long pathBytes;
    private (int OldLeft, int NewLeft) hunk;
    private (int Old, int New) next;

    /// <summary>All that the page shows is there.</summary>
    public bool Enough { get; private set; }

    public CommitDiff Result => new(parent, files, fileCount, !Enough && !files.Exists(file => file.Cut) && files.Count == fileCount);

    /// <summary>Reads on until all is read, or <see cref="Enough"/>.</summary>
    public async Task ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(output, new StreamPipeReaderOptions(bufferSize: 65_536, leaveOpen: true));
        var inList = true;
        for (var done = false; !done && !Enough;)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (inList && TryReadEntry(ref buffer, out inList))
            {
            }

            while (!inList && !Enough && TryCut(ref buffer, (byte)'\n', read.IsCompleted, out var line))
                Take(line);
            done = read.IsCompleted;
            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }

    /// <summary>An entry is <c>:mode mode id id kind</c> and one path, two for a rename, each ended by a zero; the list is ended by one more.</summary>
    private bool TryReadEntry(ref ReadOnlySequence<byte> buffer, out bool inList)
    {
        inList = true;
        var rest = buffer;
        if (!TryCut(ref rest, 0, false, out var head))
            return false;
        if (head.Length == 0)
        {
            (buffer, inList) = (rest, false);
            return false;
        }

        var words = Encoding.ASCII.GetString(head).Split(' ');
        if (words is not [[':', .. var oldMode], var newMode, var oldId, var newId, [var kind, ..]])
            throw new InvalidDataException("git wrote a list of changed files that can't be read.");
        if (!TryCut(ref rest, 0, false, out var first))
            return false;
        var second = first;
        if (kind is 'R' or 'C' && !TryCut(ref rest, 0, false, out second))
            return false;

        buffer = rest;
        if (++fileCount <= limits.Files && files.Count == fileCount - 1 && (pathBytes += first.Length + second.Length) <= limits.PathBytes)
            files.Add(new(KindOf(kind), Side(oldMode, oldId, first), Side(newMode, newId, second)));
        return true;
    }

    private static FileChangeKind KindOf(char letter) => letter switch
    {
        'A' or 'C' => FileChangeKind.Added,
        'D' => FileChangeKind.Deleted,
        'R' => FileChangeKind.Renamed,
        'T' => FileChangeKind.TypeChanged,
        _ => FileChangeKind.Modified,
    };

    private static FileSide? Side(string mode, string id, ReadOnlySequence<byte> path) => mode == NoFile ? null : new(
        mode switch
        {
            "120000" => GitEntryKind.Symlink,
            "160000" => GitEntryKind.Submodule,
            "100755" => GitEntryKind.Executable,
            _ => GitEntryKind.File,
        },
        GitOid.Parse(id), PathSpelling.Read(path.ToArray()));

    private void Take(ReadOnlySequence<byte> bytes)
    {
        if (hunk.OldLeft > 0 || hunk.NewLeft > 0)
        {
            TakeContent(bytes);
            return;
        }

        var line = Shorten(bytes);
        if (line.StartsWith("diff --git ", StringComparison.Ordinal))
            BeginFile();
        else if (line.StartsWith("Binary files ", StringComparison.Ordinal))
            files[at].Binary = true;
        else if (line.StartsWith("@@ -", StringComparison.Ordinal))
            BeginHunk(line);
        else if (line.StartsWith('\\'))
            Add(new(DiffLineKind.Note, null, null, line[1..].Trim()));
    }

    private void BeginFile()
    {
        // One that changed its type has two patches: the old one's removal and the new one's arrival.
        if (at >= 0 && files[at].Kind == FileChangeKind.TypeChanged && sections == 1)
        {
            sections = 2;
            return;
        }

        (at, sections) = (at + 1, 1);
        Enough = at >= Math.Min(files.Count, limits.FilesWithLines) || lines >= limits.Lines || characters >= limits.Characters;
    }

    private void BeginHunk(string line)
    {
        // "@@ -1,2 +3,4 @@ where"; a count of one is left out.
        var words = line.Split(' ', 4);
        var (old, fresh) = (Range(words[1]), Range(words[2]));
        (hunk, next) = ((old.Count, fresh.Count), (old.First, fresh.First));
        Add(new(DiffLineKind.Place, null, null, line));
    }

    private static (int First, int Count) Range(string text)
    {
        var numbers = text[1..].Split(',');
        return (int.Parse(numbers[0], System.Globalization.CultureInfo.InvariantCulture), numbers.Length == 1 ? 1 : int.Parse(numbers[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private void TakeContent(ReadOnlySequence<byte> bytes)
    {
        var sign = bytes.IsEmpty ? (byte)' ' : bytes.FirstSpan[0];
        if (sign == '\\')
        {
            // Between the last removed and the first added line.
            Add(new(DiffLineKind.Note, null, null, Shorten(bytes)[1..].Trim()));
            return;
        }

        var text = bytes.IsEmpty ? "" : Shorten(bytes.Slice(1));
        switch (sign)
        {
            case (byte)'+':
                Add(new(DiffLineKind.Added, null, next.New++, text));
                files[at].Added++;
                hunk.NewLeft--;
                break;
            case (byte)'-':
                Add(new(DiffLineKind.Removed, next.Old++, null, text));
                files[at].Removed++;
                hunk.OldLeft--;
                break;
            default:
                Add(new(DiffLineKind.Same, next.Old++, next.New++, text));
                hunk = (hunk.OldLeft - 1, hunk.NewLeft - 1);
                break;
        }
    }

    private void Add(DiffLine line)
    {
        var file = files[at];
        if (file.Lines.Count >= limits.LinesOfFile || lines >= limits.Lines || characters >= limits.Characters)
        {
            file.Cut = true;
            return;
        }

        file.Lines.Add(line);
        lines++;
        characters += line.Text.Length;
    }

    private string Shorten(ReadOnlySequence<byte> line)
    {
        if (line.Length <= limits.LineBytes)
            return Encoding.UTF8.GetString(line);
        return Encoding.UTF8.GetString(line.Slice(0, limits.LineBytes)).TrimEnd('\ufffd') + "…";
    }

    private static bool TryCut(ref ReadOnlySequence<byte> buffer, byte end, bool atEnd, out ReadOnlySequence<byte> piece)
    {
        if (buffer.PositionOf(end) is { } position)
        {
            piece = buffer.Slice(0, position);
            buffer = buffer.Slice(buffer.GetPosition(1, position));
            return true;
        }

        piece = buffer;
        if (!atEnd || buffer.IsEmpty)
            return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }
}
