using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RepoHost.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class StorageLimits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "BytesLimit",
                table: "Users",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RepositoriesLimit",
                table: "Users",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "BytesLimit",
                table: "Organizations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RepositoriesLimit",
                table: "Organizations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ProposedBytes",
                columns: table => new
                {
                    RepositoryId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    UserId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ProposedBytes", x => new { x.RepositoryId, x.UserId });
                    table.ForeignKey(
                        name: "FK_ProposedBytes_Repositories_RepositoryId",
                        column: x => x.RepositoryId,
                        principalTable: "Repositories",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_ProposedBytes_Users_UserId",
                        column: x => x.UserId,
                        principalTable: "Users",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RepositoryUsage",
                columns: table => new
                {
                    RepositoryId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    GitBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    LfsBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    BytesLimit = table.Column<long>(type: "INTEGER", nullable: true),
                    CountedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RepositoryUsage", x => x.RepositoryId);
                    table.ForeignKey(
                        name: "FK_RepositoryUsage_Repositories_RepositoryId",
                        column: x => x.RepositoryId,
                        principalTable: "Repositories",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ProposedBytes_UserId",
                table: "ProposedBytes",
                column: "UserId");

            // Git's own bytes are counted on the disk when the server has started.
            migrationBuilder.Sql(
                """
                INSERT INTO "RepositoryUsage" ("RepositoryId", "GitBytes", "LfsBytes")
                SELECT "Id", 0, COALESCE((SELECT SUM("Size") FROM "LfsObjects" WHERE "RepositoryId" = "Repositories"."Id"), 0) FROM "Repositories"
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ProposedBytes");

            migrationBuilder.DropTable(
                name: "RepositoryUsage");

            migrationBuilder.DropColumn(
                name: "BytesLimit",
                table: "Users");

            migrationBuilder.DropColumn(
                name: "RepositoriesLimit",
                table: "Users");

            migrationBuilder.DropColumn(
                name: "BytesLimit",
                table: "Organizations");

            migrationBuilder.DropColumn(
                name: "RepositoriesLimit",
                table: "Organizations");
        }
    }
}
