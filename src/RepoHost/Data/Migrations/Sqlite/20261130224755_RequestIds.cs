using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RepoHost.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RequestIds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "RequestId",
                table: "AccessRequests",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            // Each row its own, before they have to be different: random, like those of new requests.
            migrationBuilder.Sql("""UPDATE "AccessRequests" SET "RequestId" = lower(hex(randomblob(12)));""");

            migrationBuilder.CreateIndex(
                name: "IX_AccessRequests_RequestId",
                table: "AccessRequests",
                column: "RequestId",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_AccessRequests_RequestId",
                table: "AccessRequests");

            migrationBuilder.DropColumn(
                name: "RequestId",
                table: "AccessRequests");
        }
    }
}
