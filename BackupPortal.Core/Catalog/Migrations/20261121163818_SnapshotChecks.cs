using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupPortal.Core.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class SnapshotChecks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "CheckedLevel",
                table: "snapshots",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "CheckedMilliseconds",
                table: "snapshots",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "CheckedUtc",
                table: "snapshots",
                type: "TEXT",
                nullable: true);

            // What is known of earlier checks; how long they took was not kept.
            migrationBuilder.Sql("UPDATE snapshots SET CheckedUtc = ProvenUtc, CheckedLevel = ProvenLevel WHERE NOT IsDamaged");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "CheckedLevel",
                table: "snapshots");

            migrationBuilder.DropColumn(
                name: "CheckedMilliseconds",
                table: "snapshots");

            migrationBuilder.DropColumn(
                name: "CheckedUtc",
                table: "snapshots");
        }
    }
}
