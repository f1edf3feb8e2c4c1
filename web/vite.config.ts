// Builds into the Python package; `npm run dev` asks a server on port 8000 for data.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const SERVER = process.env["CRAWLSIGHT_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/crawlsight/server/static",
    emptyOutDir: true,
    // The content policy forbids data: in fonts and scripts; small files stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/v1": SERVER, "/v2": SERVER, "/docs": SERVER, "/openapi.json": SERVER } },
});
