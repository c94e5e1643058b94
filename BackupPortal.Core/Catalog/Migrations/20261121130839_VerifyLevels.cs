using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupPortal.Core.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class VerifyLevels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "DamagedLevel",
                table: "snapshots",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ProvenLevel",
                table: "snapshots",
                type: "TEXT",
                nullable: true);

            // Until now there was one level only.
            migrationBuilder.Sql("UPDATE snapshots SET DamagedLevel = 'Decode' WHERE IsDamaged");
            migrationBuilder.Sql("UPDATE snapshots SET ProvenLevel = 'Decode' WHERE ProvenUtc IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "DamagedLevel",
                table: "snapshots");

            migrationBuilder.DropColumn(
                name: "ProvenLevel",
                table: "snapshots");
        }
    }
}
