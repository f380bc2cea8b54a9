import './api/zod-setup.ts'
import '@fontsource/noto-sans-sc/400.css'
import '@fontsource/noto-sans-sc/600.css'
import './theme/base.css'
import './theme/work.css'
import './theme/element-plus.ts'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { useTheme } from './composables/use-theme.ts'
import type { Locale } from './composables/format.ts'
import { i18n, setLocale } from './i18n/index.ts'
import { router } from './router.ts'

useTheme().force(null)
setLocale(i18n.global.locale.value as Locale, false)
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
