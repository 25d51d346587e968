using System.Net;
using System.Text;
using GateMiddleware.Decisions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hub;
using RepoHost.Tests.Pages.Access;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>The report as CSV: what a spreadsheet reads is what was answered, and nothing of it is a formula (threat rows 36 and 48).</summary>
public sealed class AccessReportCsvTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30 1234", "'+49 30 1234")]
    [InlineData("-5", "'-5")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t'=1")]
    [InlineData("\r=1", "'\r'=1")]
    [InlineData("\n=1", "'\n'=1")]
    // Spreadsheets that expect semicolons begin a cell in the middle of one.
    [InlineData("x;=1+1;y", "x;'=1+1;y")]
    [InlineData("x; \"=1+1\"", "x;' \"=1+1\"")]
    [InlineData("x\t@SUM(A1)", "x\t'@SUM(A1)")]
    [InlineData("x\r\n-1+2\r\n\r\ny", "x\r\n'-1+2\r\n\r\ny")]
    [InlineData("x;＝1", "x;'＝1")]
    [InlineData("x; y-z = 1; ", "x; y-z = 1; ")]
    [InlineData(" =1", "' =1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠x", "'＠x")]
    [InlineData("a=1", "a=1")]
    [InlineData("say \"hi\", then\r\ngo; on", "say \"hi\", then\r\ngo; on")]
    [InlineData("\"=1\"", "\"=1\"")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_cell_says_what_it_said_and_calculates_nothing(string? cell, string read)
    {
        var line = new StringBuilder();
        CsvLine.Append(line, ["before", cell, "after"]);
        Assert.Equal(["before", read, "after"], Assert.Single(Parse(line.ToString())));
    }

    [Fact]
    public async Task Every_request_is_a_row_with_a_column_for_each_label_that_was_ever_answered()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", ("Company", "=HYPERLINK(\"https://evil.example\")"), ("Country", "FR"));
        await world.AskAsync(record, "erin", ("@label", "a,b\n\"c\""), ("Company", "Ökonomie & Co"));
        await world.ReviewAsync(record, "erin", AccessState.Rejected, "-no");
        await world.Services.GetRequiredService<AccessRequests>().GrantAsync(record, world.People["author"].Id, new("stranger", null), CancellationToken.None);

        using var client = world.Client(world.People["author"].Token);
        using var answer = await client.GetAsync($"/{record.FullName}/user-access-report?format=csv");
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal($"attachment; filename=user-access-report-acme-{record.Name}.csv", answer.Content.Headers.NonValidated["Content-Disposition"].ToString());
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var text = Encoding.UTF8.GetString(bytes.AsSpan(3));
        var rows = Parse(text);
        // In the present card's order, then what other cards asked.
        Assert.Equal(["user", "fullname", "email", "time", "reviewedAt", "status", "grantedBy", "reason", "type", "Company", "Country", "'@label", "email confirmed"], rows[0]);
        var dana = rows.Single(r => r[0] == "dana");
        Assert.Equal(["dana Example", "dana@example.org", "pending", "", "", "user", "'=HYPERLINK(\"https://evil.example\")", "FR", "", "confirmed"], [dana[1], dana[2], .. dana[5..]]);
        var erin = rows.Single(r => r[0] == "erin");
        Assert.Equal(["rejected", "'-no", "Ökonomie & Co", "", "a,b\n\"c\"", "confirmed"], [erin[5], erin[7], .. erin[9..]]);
        Assert.Equal(["", "accepted", "author"], rows.Single(r => r[0] == "stranger") is var given ? [given[2], given[5], given[6]] : []);
        Assert.All(rows, r => Assert.Equal(13, r.Length));
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_labels_than_a_spreadsheet_bears_share_a_column()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", [.. Enumerable.Range(0, 305).Select(i => ($"label {i}", $"answer {i}"))]);
        using var client = world.Client(world.People["author"].Token);
        var rows = Parse((await client.GetStringAsync($"/{record.FullName}/user-access-report?format=csv")).TrimStart('\uFEFF'));
        Assert.Equal((9 + 302, "other answers", "email confirmed"), (rows[0].Length, rows[0][^2], rows[0][^1]));
        Assert.Contains("\"label 304\":\"answer 304\"", rows[1][^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_those_who_may_review_get_it()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        foreach (var (person, status) in new[] { ("member", HttpStatusCode.Forbidden), ("stranger", HttpStatusCode.Forbidden), ("writer", HttpStatusCode.OK) })
        {
            using var client = world.Client(world.People[person].Token);
            using var answer = await client.GetAsync($"/{record.FullName}/user-access-report?format=csv");
            Assert.Equal(status, answer.StatusCode);
        }
    }

    /// <summary>RFC 4180, as strict readers have it.</summary>
    private static List<string[]> Parse(string text)
    {
        var (rows, row, cell, at) = (new List<string[]>(), new List<string>(), new StringBuilder(), 0);
        while (at < text.Length)
        {
            if (text[at] == '"')
            {
                for (at++; text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"'); at++)
                {
                    cell.Append(text[at]);
                    at += text[at] == '"' ? 1 : 0;
                }

                at++;
            }

            Assert.True(text[at] is ',' or '\r', $"a bare character at {at}: {text[at]}");
            row.Add(cell.ToString());
            cell.Clear();
            if (text[at] == '\r')
            {
                Assert.Equal('\n', text[++at]);
                rows.Add([.. row]);
                row.Clear();
            }

            at++;
        }

        Assert.Empty(row);
        return rows;
    }
}
