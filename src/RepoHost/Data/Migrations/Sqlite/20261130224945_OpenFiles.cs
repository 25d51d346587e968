using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RepoHost.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class OpenFiles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "OpenFiles",
                table: "Repositories",
                type: "TEXT",
                maxLength: 20000,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "OpenFiles",
                table: "Repositories");
        }
    }
}
