namespace RepoHost.Tests.Hub;

/// <summary>
/// What each role in an organization may do with its gated repositories (design 2), as the status that is answered. Columns to the right are people who made
/// the repository themselves and have that role now; "none" has left or never was a member.
/// </summary>
internal static class OrganizationTable
{
    public static readonly string[] Roles =
        ["none", "read", "contributor", "write", "admin", "maker none", "maker read", "maker contributor", "maker write", "maker admin"];

    /// <summary>"Also gate access for members" is off: members pass.</summary>
    public const string MembersPass = """
        |                                 |            somebody who did not make it      |              whoever made it                  |
        | action                          | none | read | contributor | write | admin    | none | read | contributor | write | admin    |
        | see a private one               | 404  | 200  | 200         | 200   | 200      | 404  | 200  | 200         | 200   | 200      |
        | list a private one              | 0    | 1    | 1           | 1     | 1        | 0    | 1    | 1           | 1     | 1        |
        | download from a public one      | 403  | 200  | 200         | 200   | 200      | 403  | 200  | 200         | 200   | 200      |
        | download from a private one     | 404  | 200  | 200         | 200   | 200      | 404  | 200  | 200         | 200   | 200      |
        | clone                           | 403  | 200  | 200         | 200   | 200      | 403  | 200  | 200         | 200   | 200      |
        | ask LFS for an object           | 403  | 200  | 200         | 200   | 200      | 403  | 200  | 200         | 200   | 200      |
        | auth-check                      | 403  | 200  | 200         | 200   | 200      | 403  | 200  | 200         | 200   | 200      |
        | propose a change                | 403  | 200  | 200         | 200   | 200      | 403  | 200  | 200         | 200   | 200      |
        | push                            | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | commit by the API               | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | commit that opens the gate      | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | make a branch                   | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | read the requests               | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | accept a request                | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | read the report                 | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | grant to an organization        | 403  | 403  | 403         | 404   | 404      | 403  | 403  | 404         | 404   | 404      |
        | change its settings             | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | rename it                       | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | take it away                    | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | delete it                       | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | make one in the organization    | 403  | 403  | 200         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | move one's own in               | 403  | 403  | 200         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | see the members                 | 404  | 200  | 200         | 200   | 200      | 404  | 200  | 200         | 200   | 200      |
        | see the invitations             | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | invite                          | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | withdraw an invitation          | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | change a role                   | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | remove a member                 | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | change the organization         | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | delete the organization         | 404  | 403  | 403         | 403   | 409      | 404  | 403  | 403         | 403   | 409      |
        | leave                           | 404  | 200  | 200         | 200   | 200      | 404  | 200  | 200         | 200   | 200      |
        """;

    /// <summary>"Also gate access for members" is on: only admins and whoever made it pass; all else is as before.</summary>
    public const string MembersGated = """
        |                                 |            somebody who did not make it      |              whoever made it                  |
        | action                          | none | read | contributor | write | admin    | none | read | contributor | write | admin    |
        | see a private one               | 404  | 200  | 200         | 200   | 200      | 404  | 200  | 200         | 200   | 200      |
        | list a private one              | 0    | 1    | 1           | 1     | 1        | 0    | 1    | 1           | 1     | 1        |
        | download from a public one      | 403  | 403  | 403         | 403   | 200      | 403  | 200  | 200         | 200   | 200      |
        | download from a private one     | 404  | 403  | 403         | 403   | 200      | 404  | 200  | 200         | 200   | 200      |
        | clone                           | 403  | 403  | 403         | 403   | 200      | 403  | 200  | 200         | 200   | 200      |
        | ask LFS for an object           | 403  | 403  | 403         | 403   | 200      | 403  | 200  | 200         | 200   | 200      |
        | auth-check                      | 403  | 403  | 403         | 403   | 200      | 403  | 200  | 200         | 200   | 200      |
        | propose a change                | 403  | 403  | 403         | 403   | 200      | 403  | 200  | 200         | 200   | 200      |
        | push                            | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | commit by the API               | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | commit that opens the gate      | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | make a branch                   | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | read the requests               | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | accept a request                | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | read the report                 | 403  | 403  | 403         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | grant to an organization        | 403  | 403  | 403         | 404   | 404      | 403  | 403  | 404         | 404   | 404      |
        | change its settings             | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | rename it                       | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | take it away                    | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | delete it                       | 403  | 403  | 403         | 403   | 200      | 403  | 403  | 403         | 403   | 200      |
        | make one in the organization    | 403  | 403  | 200         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | move one's own in               | 403  | 403  | 200         | 200   | 200      | 403  | 403  | 200         | 200   | 200      |
        | see the members                 | 404  | 200  | 200         | 200   | 200      | 404  | 200  | 200         | 200   | 200      |
        | see the invitations             | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | invite                          | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | withdraw an invitation          | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | change a role                   | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | remove a member                 | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | change the organization         | 404  | 403  | 403         | 403   | 200      | 404  | 403  | 403         | 403   | 200      |
        | delete the organization         | 404  | 403  | 403         | 403   | 409      | 404  | 403  | 403         | 403   | 409      |
        | leave                           | 404  | 200  | 200         | 200   | 200      | 404  | 200  | 200         | 200   | 200      |
        """;

    /// <summary>Row by row, each cell with its role.</summary>
    public static IEnumerable<(string Action, string Role, int Expected)> Cells(string table) =>
        from line in table.Split('\n').Skip(2)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)[1..^1]
        from column in Enumerable.Range(0, Roles.Length)
        select (cells[0], Roles[column], int.Parse(cells[column + 1], System.Globalization.CultureInfo.InvariantCulture));
}
