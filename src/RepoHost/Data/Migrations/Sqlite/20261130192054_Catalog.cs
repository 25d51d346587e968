using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RepoHost.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Catalog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Repositories_Type_CreatedAt_Id",
                table: "Repositories");

            migrationBuilder.DropIndex(
                name: "IX_Repositories_Type_LastModified_Id",
                table: "Repositories");

            migrationBuilder.AddColumn<string>(
                name: "AuthorKey",
                table: "Repositories",
                type: "TEXT",
                maxLength: 96,
                nullable: true,
                computedColumnSql: "substr(\"NameKey\", 1, instr(\"NameKey\", '/') - 1)",
                stored: false);

            migrationBuilder.AddColumn<string>(
                name: "Scope",
                table: "Repositories",
                type: "TEXT",
                maxLength: 64,
                nullable: true,
                computedColumnSql: "CASE \"Private\" WHEN 0 THEN '' ELSE COALESCE(\"OwnerUserId\", \"OwnerOrganizationId\", '-') END",
                stored: false);

            migrationBuilder.CreateTable(
                name: "CatalogEntries",
                columns: table => new
                {
                    RepositoryId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Format = table.Column<int>(type: "INTEGER", nullable: false),
                    Tip = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Branch = table.Column<string>(type: "TEXT", nullable: true),
                    CommittedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Card = table.Column<int>(type: "INTEGER", nullable: false),
                    CardGate = table.Column<int>(type: "INTEGER", nullable: true),
                    Gate = table.Column<int>(type: "INTEGER", nullable: false),
                    Task = table.Column<string>(type: "TEXT", nullable: true),
                    Library = table.Column<string>(type: "TEXT", nullable: true),
                    Tags = table.Column<string>(type: "TEXT", nullable: false),
                    Metadata = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CatalogEntries", x => x.RepositoryId);
                    table.ForeignKey(
                        name: "FK_CatalogEntries_Repositories_RepositoryId",
                        column: x => x.RepositoryId,
                        principalTable: "Repositories",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "CatalogGrams",
                columns: table => new
                {
                    RepositoryId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Gram = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CatalogGrams", x => new { x.RepositoryId, x.Gram });
                    table.ForeignKey(
                        name: "FK_CatalogGrams_Repositories_RepositoryId",
                        column: x => x.RepositoryId,
                        principalTable: "Repositories",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "CatalogTerms",
                columns: table => new
                {
                    RepositoryId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Term = table.Column<string>(type: "TEXT", maxLength: 258, nullable: false),
                    Type = table.Column<int>(type: "INTEGER", nullable: false),
                    Scope = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    LastModified = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    NameKey = table.Column<string>(type: "TEXT", maxLength: 193, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CatalogTerms", x => new { x.RepositoryId, x.Term });
                    table.ForeignKey(
                        name: "FK_CatalogTerms_Repositories_RepositoryId",
                        column: x => x.RepositoryId,
                        principalTable: "Repositories",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_Type_AuthorKey_Scope_CreatedAt_Id",
                table: "Repositories",
                columns: new[] { "Type", "AuthorKey", "Scope", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_Type_AuthorKey_Scope_LastModified_Id",
                table: "Repositories",
                columns: new[] { "Type", "AuthorKey", "Scope", "LastModified", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_Type_Scope_CreatedAt_Id",
                table: "Repositories",
                columns: new[] { "Type", "Scope", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_Type_Scope_LastModified_Id",
                table: "Repositories",
                columns: new[] { "Type", "Scope", "LastModified", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_Type_Scope_NameKey_Id",
                table: "Repositories",
                columns: new[] { "Type", "Scope", "NameKey", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_CatalogGrams_Gram_RepositoryId",
                table: "CatalogGrams",
                columns: new[] { "Gram", "RepositoryId" });

            migrationBuilder.CreateIndex(
                name: "IX_CatalogTerms_Type_Term_Scope_CreatedAt_RepositoryId",
                table: "CatalogTerms",
                columns: new[] { "Type", "Term", "Scope", "CreatedAt", "RepositoryId" });

            migrationBuilder.CreateIndex(
                name: "IX_CatalogTerms_Type_Term_Scope_LastModified_RepositoryId",
                table: "CatalogTerms",
                columns: new[] { "Type", "Term", "Scope", "LastModified", "RepositoryId" });

            migrationBuilder.CreateIndex(
                name: "IX_CatalogTerms_Type_Term_Scope_NameKey_RepositoryId",
                table: "CatalogTerms",
                columns: new[] { "Type", "Term", "Scope", "NameKey", "RepositoryId" });

            // The pieces of all names, as NameGrams makes them, so that searches find what is there from the first start on.
            migrationBuilder.Sql("""
                WITH RECURSIVE places(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 200)
                INSERT OR IGNORE INTO "CatalogGrams" ("RepositoryId", "Gram")
                SELECT r."Id", substr(r."NameKey", p.place, l.size)
                FROM "Repositories" r, places p, (SELECT 2 AS size UNION ALL SELECT 3) l
                WHERE p.place + l.size - 1 <= length(r."NameKey")
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "CatalogEntries");

            migrationBuilder.DropTable(
                name: "CatalogGrams");

            migrationBuilder.DropTable(
                name: "CatalogTerms");

            migrationBuilder.DropIndex(
                name: "IX_Repositories_Type_AuthorKey_Scope_CreatedAt_Id",
                table: "Repositories");

            migrationBuilder.DropIndex(
                name: "IX_Repositories_Type_AuthorKey_Scope_LastModified_Id",
                table: "Repositories");

            migrationBuilder.DropIndex(
                name: "IX_Repositories_Type_Scope_CreatedAt_Id",
                table: "Repositories");

            migrationBuilder.DropIndex(
                name: "IX_Repositories_Type_Scope_LastModified_Id",
                table: "Repositories");

            migrationBuilder.DropIndex(
                name: "IX_Repositories_Type_Scope_NameKey_Id",
                table: "Repositories");

            migrationBuilder.DropColumn(
                name: "AuthorKey",
                table: "Repositories");

            migrationBuilder.DropColumn(
                name: "Scope",
                table: "Repositories");

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_Type_CreatedAt_Id",
                table: "Repositories",
                columns: new[] { "Type", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_Type_LastModified_Id",
                table: "Repositories",
                columns: new[] { "Type", "LastModified", "Id" });
        }
    }
}
