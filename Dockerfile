# One image for the api, the worker, its commands and the simulated network. The classic builder and BuildKit both build it.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
ENV CI=true
RUN npm install --global --no-audit --no-fund pnpm@12
WORKDIR /app
COPY . .
# Built with the development packages, then installed again without them, from what is already there.
RUN pnpm install --frozen-lockfile --ignore-scripts \
      --filter '!@stellar-insights/devstack' --filter '!@stellar-insights/bench' --filter '!@stellar-insights/test' \
 && node_modules/.bin/tsc -b apps/api apps/worker packages/simnet \
 && rm -rf node_modules apps/*/node_modules packages/*/node_modules \
 && pnpm install --frozen-lockfile --ignore-scripts --offline --prod \
      --filter-prod '@stellar-insights/api...' \
      --filter-prod '@stellar-insights/worker...' \
      --filter-prod '@stellar-insights/simnet...' \
 && rm -rf apps/*/src packages/*/src apps/*/tsconfig.json packages/*/tsconfig.json \
      pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json patches \
 && find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.tsbuildinfo' \) -delete \
 && mv deploy/docker/healthcheck.mjs . && rm -rf deploy

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app ./
USER 1000:1000
# The api's port for clients, the worker's health port, the api's admin port. Only the first is for the public.
EXPOSE 3000 3001 3002
# The api's; compose.yaml has one for each other service. Not /health/ready: the readiness delay waits for each of its probers.
HEALTHCHECK --interval=10s --timeout=5s --retries=3 \
  CMD ["node", "healthcheck.mjs", "http://127.0.0.1:3002/health/startup"]
CMD ["node", "apps/api/dist/main.js"]
