using System.Text.RegularExpressions;
using Xunit;

namespace RepoHost.Tests.Architecture;

/// <summary>Rooms call downwards, never up or sideways (docs/architecture.md). Read from the using lines, which is where a wrong call begins.</summary>
public sealed partial class RoomDirectionTests
{
    /// <summary>What each room may use, beside the ones that those may use.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Commands"] = ["Pages", "Hub", "SmartHttp", "Gating", "Notifications", "Accounts", "Lfs", "Git", "Storage", "Data", "Hosting"],
        ["Pages"] = ["Gating", "Notifications", "Accounts", "Lfs", "Git", "Storage", "Data", "Hosting"],
        ["Hub"] = ["Gating", "Notifications", "Accounts", "Lfs", "Git", "Storage", "Data", "Hosting"],
        ["SmartHttp"] = ["Gating", "Accounts", "Lfs", "Git", "Storage", "Data", "Hosting"],
        ["Gating"] = ["Accounts", "Lfs", "Git", "Storage", "Data", "Hosting"],
        ["Notifications"] = ["Accounts", "Lfs", "Git", "Storage", "Data", "Hosting"],
        ["Accounts"] = ["Lfs", "Git", "Storage", "Data", "Hosting"],
        ["Lfs"] = ["Git", "Storage", "Data", "Hosting"],
        ["Git"] = ["Storage", "Data", "Hosting"],
        ["Storage"] = ["Hosting"],
        ["Data"] = ["Hosting"],
        ["Hosting"] = [],
    };

    private static readonly string[] UseTheGateLibrary = ["Commands", "Pages", "Hub", "SmartHttp", "Gating", "Hosting"];

    /// <summary>Rows hold the gate's states, so these few types of the library go where the rows go.</summary>
    private static readonly string[] SharedVocabulary = ["GateMiddleware.Policy", "GateMiddleware.Decisions"];

    public static TheoryData<string> RoomNames => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void A_room_uses_only_rooms_below_it(string room)
    {
        var wrong = Usings(room).Where(u => u.Used.StartsWith("RepoHost.", StringComparison.Ordinal))
            .Select(u => (u.File, Room: u.Used.Split('.')[1]))
            .Where(u => u.Room != room && !MayUse[room].Contains(u.Room));
        Assert.Empty(wrong.Select(u => $"{u.File} uses {u.Room}"));
    }

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void Only_the_git_room_names_LibGit2Sharp(string room)
    {
        if (room != "Git")
            Assert.DoesNotContain(Usings(room), u => u.Used.StartsWith("LibGit2Sharp", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void Lower_rooms_know_no_more_of_the_gate_than_its_words(string room)
    {
        if (!UseTheGateLibrary.Contains(room))
            Assert.DoesNotContain(Usings(room), u => u.Used.StartsWith("GateMiddleware", StringComparison.Ordinal) && !SharedVocabulary.Contains(u.Used));
    }

    [Fact]
    public void The_library_knows_nothing_of_the_program()
    {
        var library = Path.Combine(Root, "src", "GateMiddleware");
        Assert.DoesNotContain(UsingsIn(library), u => u.Used.StartsWith("RepoHost", StringComparison.Ordinal) || u.Used.StartsWith("LibGit2Sharp", StringComparison.Ordinal)
            || u.Used.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_folder_of_the_program_is_a_room_of_the_table()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Root, "src", "RepoHost")).Select(Path.GetFileName).Except(["bin", "obj", "Properties"]);
        Assert.Empty(folders.Except(MayUse.Keys));
    }

    private static string Root => Repository.Root;

    private static IEnumerable<(string File, string Used)> Usings(string room) => UsingsIn(Path.Combine(Root, "src", "RepoHost", room));

    private static IEnumerable<(string File, string Used)> UsingsIn(string folder) =>
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        from line in File.ReadLines(file)
        let match = UsingLine().Match(line)
        where match.Success
        select (Path.GetRelativePath(Root, file), match.Groups[1].Value);

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?([A-Za-z_][\w.]*);")]
    private static partial Regex UsingLine();
}
