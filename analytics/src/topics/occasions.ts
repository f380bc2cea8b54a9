/** Words of greetings and public holidays: many people say them on one day, and nobody is owed an answer. */
export const occasionWords: readonly string[] = (
  '新年 新年快乐 新春 春节 除夕 拜年 过年 过年好 年夜饭 元旦 元宵 元宵节 汤圆 清明 清明节 五一 劳动节 端午 端午节 粽子 安康 ' +
  '端午安康 六一 儿童节 七夕 中秋 中秋节 月饼 团圆 国庆 国庆节 十一 重阳 重阳节 腊八 小年 冬至 圣诞 圣诞节 平安夜 情人节 母亲节 父亲节 ' +
  '妇女节 女神节 教师节 护士节 记者节 感恩节 万圣节 节日 节日快乐 快乐 祝福 祝 祝愿 祝大家 恭喜 恭喜发财 发财 恭贺 贺 红包 ' +
  '假期 放假 长假 小长假 双节 佳节 吉祥 如意 万事如意 阖家 阖家欢乐 幸福 安康 顺遂 早上好 早安 晚安 中午好 下午好 晚上好 大吉 鞭炮 烟花 ' +
  '生日 生日快乐 周末愉快 愉快 平安 健康 顺利 新春快乐 龙年 蛇年 马年 除夕夜 倒计时 跨年'
).split(' ')
